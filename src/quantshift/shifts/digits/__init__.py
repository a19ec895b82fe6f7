"""Handwritten digits of another source: a natural shift for models of MNIST."""

# What a data set must have for it, by the names of its constants (and the channels of its shape).
TAKES = {"SHAPE": (1, 28, 28), "CLASSES": 10}
