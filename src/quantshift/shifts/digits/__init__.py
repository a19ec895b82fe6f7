"""Handwritten digits from another source: a natural shift for models of MNIST."""

# Requirements on the data set, by the names of its facts (and the channels of its shape).
TAKES = {"shape": (1, 28, 28), "classes": 10}
