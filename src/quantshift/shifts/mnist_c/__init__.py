"""MNIST-C (Mu and Gilmer, arXiv 1906.02337): sixteen corruptions of 28x28 digits, made from a clean test set."""

# Requirements on the data set, by the names of its facts (and the channels of its shape).
TAKES = {"shape": (1, 28, 28)}
