"""Corruptions of texts, made from a clean test set; each has five rates."""

# What a data set must have for it, by the names of its constants (and the channels of its shape).
TAKES = {"INPUT": "text"}
