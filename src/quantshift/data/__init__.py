"""Inputs and labels: splits, test sets, windows and their files."""
