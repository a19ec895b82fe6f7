"""Detectors of disagreements: scores computed from the logits of one model, one detector per file of the same name.

`score(logits [n, classes])` returns float64 [n]; a higher score means that a disagreement is more likely. Scores that
use probabilities are computed from the small probabilities and not as 1 minus a large one, so that confident inputs
remain ordered. Equal scores are equal to the last bit (see quantshift.runtime.probabilities): the order of the classes
changes no score, a constant added to all logits changes no score that uses probabilities, and all ties of the two
largest logits have the same margin.
With two classes, the four metrics of arXiv 2204.04220 (entropy, gini, least confidence and margin) and the logit margin
all rank inputs in the same order.
"""
