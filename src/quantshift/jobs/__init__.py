"""What every job does: its arguments, its log, its time and memory, the digest of its code, and its start."""
