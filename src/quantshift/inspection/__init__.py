"""Inspection of a variant's file: how much of it is quantized, and how fast it runs."""
