"""Newspaper editorials: a natural shift for models of film reviews."""

# Requirements on the data set, by the names of its constants (and the channels of its shape).
TAKES = {"INPUT": "text", "CLASSES": 2}
