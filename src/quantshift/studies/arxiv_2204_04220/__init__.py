"""The study arXiv 2204.04220: its published tables, its four findings, and our comparison with it."""
