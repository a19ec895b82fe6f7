"""Emoji drawn by another vendor: a natural shift for models of `emoji`."""

# Requirements on the data set, by the names of its facts (and the channels of its shape).
TAKES = {"modality": "image", "classes": 9}
