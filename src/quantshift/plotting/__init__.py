"""What figures share: colours, words and saving."""
