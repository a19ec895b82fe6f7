"""Corruptions of features: numbers of any meaning, such as measurements, in units of their standard deviation."""

# Requirements on the data set, by the names of its facts.
TAKES = {"modality": "tensor"}
