"""Words and types that every package uses; it imports nothing else of quantshift."""
