"""Simulated studies in which the truth of each finding's claim is known; coverage.py runs them."""
