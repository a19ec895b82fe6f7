"""Training methods, a file each."""
