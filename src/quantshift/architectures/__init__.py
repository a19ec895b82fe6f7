"""Neural networks, one per file."""
