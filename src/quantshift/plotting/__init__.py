"""Shared parts of figures: colours, readable names and saving."""
