"""Entropy of the softmax output (Shannon 1948; arXiv 2204.04220, RQ3)."""

import numpy as np
from numpy.typing import NDArray

from quantshift.runtime.probabilities import gaps, total

OUTPUTS = ("logits", "probabilities")


def score(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return -sum(p ln p), per input [n], in 0..ln(classes) nats; it is largest if all classes are equally probable.

    Args:
        logits: [n, classes].

    >>> score(np.log([[0.5, 0.5], [0.75, 0.25]])).round(4).tolist()  # ln 2, and ln 4 - 0.75 ln 3
    [0.6931, 0.5623]
    """
    # With d the gap to the largest logit, p = exp(-d) / s and -ln p = ln s + d.
    distances = gaps(logits)
    ratios = np.exp(-distances)
    others = total(ratios[1:])
    result: NDArray[np.float64] = np.log1p(others) + total(ratios * distances) / (1.0 + others)
    return result
