"""Readers of published archives of shifted test sets, one file for each archive."""
