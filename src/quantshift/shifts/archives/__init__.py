"""Readers of published archives of shifted test sets, one per file."""
