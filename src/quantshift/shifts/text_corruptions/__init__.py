"""Corruptions of texts, made from a clean test set; each has five levels."""

# Requirements on the data set, by the names of its constants (and the channels of its shape).
TAKES = {"INPUT": "text"}
