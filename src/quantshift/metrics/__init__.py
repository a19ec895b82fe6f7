"""Metrics of models and of pairs of models, computed from logits; one metric per file of the same name."""
