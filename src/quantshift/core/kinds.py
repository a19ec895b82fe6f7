"""Kinds of a user's own data (modalities, see quantshift.data.modalities), and the suite of corruptions for each."""

IMAGE = "image"
TEXT = "text"
TENSOR = "tensor"
SUITES = {IMAGE: "images", TENSOR: "features", TEXT: "texts"}
