"""Emoji in another vendor's drawings: a natural shift for models of `emoji`."""

# What a data set must have for it, by the names of its constants (and the channels of its shape).
TAKES = {"INPUT": "image", "CLASSES": 9}
