"""Corruptions of texts, made from a clean test set; each has five levels."""

# Requirements on the data set, by the names of its facts (and the channels of its shape).
TAKES = {"modality": "text"}
