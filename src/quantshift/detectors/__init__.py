"""Detectors of disagreements: scores computed from the logits of one model, one detector per file of the same name.

A member's `OUTPUTS`, a literal, lists the kinds of outputs that the detector makes sense for (see
quantshift.core.signature); without it, the detector is for logits alone. A score that is compared with a threshold is
passed as two logits, the threshold and the score: their difference means something; their softmax and sizes do not.
Probabilities are passed as their logarithms: their differences and softmax mean something; their sizes do not.

`score(logits [n, classes])` returns float64 [n]; a higher score means that a disagreement is more likely. Scores that
use probabilities are computed from the small probabilities and not as 1 minus a large one, so that confident inputs
remain ordered. Equal scores are equal to the last bit (see quantshift.runtime.probabilities): the order of the classes
changes no score, a constant added to all logits changes no score that uses probabilities, and all ties of the two
largest logits have the same margin.
With two classes, the four metrics of arXiv 2204.04220 (entropy, gini, least confidence and margin) and the logit margin
all rank inputs in the same order.
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
