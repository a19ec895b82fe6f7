"""Simulated studies, of which it is known whether each finding's claim is true; coverage.py runs them."""
