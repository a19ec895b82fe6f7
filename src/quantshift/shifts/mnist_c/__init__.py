"""MNIST-C (Mu and Gilmer, arXiv 1906.02337): sixteen corruptions of 28x28 digits, made from a clean test set."""
