"""Corruptions of texts, made from a clean test set; each has five rates."""
