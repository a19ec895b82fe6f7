"""Neural networks, a file each."""
