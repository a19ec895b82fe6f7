"""Handwritten digits from another source: a natural shift for models of MNIST."""

# Requirements on the data set, by the names of its constants (and the channels of its shape).
TAKES = {"SHAPE": (1, 28, 28), "CLASSES": 10}
