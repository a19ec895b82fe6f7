"""Detectors of disagreements: scores of the logits of one model, a file each, each named as its file.

A member's `OUTPUTS`, a literal, has the kinds of outputs that it makes sense for (see quantshift.core.signature);
without it that is logits alone. A score that is compared with a threshold is given as two logits, the threshold and the
score, whose difference means something; their softmax and their sizes do not.

`score(logits [n, classes])` gives float64 [n]; a higher score means that a disagreement is more likely. Scores of
probabilities are computed from the classes' small probabilities and not as 1 minus a large one, so that confident
inputs keep their order. Equal scores are equal to the last bit (see quantshift.runtime.probabilities): the order of the
classes changes none, a constant that is added to all logits none of probabilities, and a tie of the two largest has one
margin.
With two classes entropy, gini, least confidence and margin, the four of arXiv 2204.04220, rank inputs alike, as the
logit margin does.
"""

from quantshift.core import members
from quantshift.core.signature import LOGITS


def detectors_for(kind: str) -> tuple[str, ...]:
    """Return the sorted names of the detectors that make sense for outputs of a kind.

    >>> detectors_for("score")
    ('logit_margin',)
    """
    return tuple(
        name
        for name in members.names("detectors")
        if kind in members.constants(f"detectors/{name}").get("OUTPUTS", (LOGITS,))
    )
