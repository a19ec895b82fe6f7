"""CIFAR-10-C (Hendrycks and Dietterich, arXiv 1903.12261): nineteen corruptions of colour images, five severities."""
