"""Rotten Tomatoes: sentences from other film reviews, a natural shift for models of whole reviews."""

# Requirements on the data set, by the names of its facts (and the channels of its shape).
TAKES = {"modality": "text", "classes": 2}
