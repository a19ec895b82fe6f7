"""Customer reviews of products: a natural shift for models of film reviews, which arXiv 2204.04220 calls CR."""

# Requirements on the data set, by the names of its facts (and the channels of its shape).
TAKES = {"modality": "text", "classes": 2}
