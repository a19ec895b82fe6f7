"""Yelp: reviews of restaurants and shops, a natural shift for models of film reviews."""

# Requirements on the data set, by the names of its facts (and the channels of its shape).
TAKES = {"modality": "text", "classes": 2}
