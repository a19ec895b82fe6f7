"""Detectors of disagreements: scores of the logits of one model, a file each, each named as its file.

`score(logits [n, classes])` gives float64 [n]; a higher score means that a disagreement is more likely. Scores of
probabilities are computed from the classes' small probabilities and not as 1 minus a large one, so that confident
inputs keep their order. Equal scores are equal to the last bit (see quantshift.runtime.probabilities): the order of the
classes changes none, a constant that is added to all logits none of probabilities, and a tie of the two largest has one
margin.
With two classes entropy, gini, least confidence and margin, the four of arXiv 2204.04220, rank inputs alike, as the
logit margin does.
"""
