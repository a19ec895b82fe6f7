"""Attacks on the inputs of each modality."""
