"""Metrics of models and of pairs of models, from logits; a file each, each named as its file."""
