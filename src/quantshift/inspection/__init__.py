"""What a variant's file is: how much of it is integers, and how fast it runs."""
