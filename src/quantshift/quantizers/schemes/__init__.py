"""Quantization schemes, one per file."""
