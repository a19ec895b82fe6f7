"""CIFAR-10-C (Hendrycks and Dietterich, arXiv 1903.12261): nineteen corruptions of colour images, five severities."""

# Requirements on the data set, by the names of its facts (and the channels of its shape).
TAKES = {"modality": "image", "channels": 3}
