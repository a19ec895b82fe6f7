"""Torch models: built by name, stored as weights only."""
