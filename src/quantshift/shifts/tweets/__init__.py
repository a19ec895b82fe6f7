"""Tweets: a natural shift for models of film reviews."""

# What a data set must have for it, by the names of its constants (and the channels of its shape).
TAKES = {"INPUT": "text", "CLASSES": 2}
