"""Margin: how far the top class is ahead of the second (Scheffer, Decomain & Wrobel 2001; arXiv 2204.04220, RQ3)."""

import numpy as np
from numpy.typing import NDArray

from quantshift.runtime.probabilities import relative_probabilities, total

OUTPUTS = ("logits", "probabilities")


def score(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return 1 - (p1 - p2) of the softmax output, per input [n], in 0..1; 1 is a tie.

    Args:
        logits: [n, classes], 2 classes or more.

    >>> score(np.log([[0.7, 0.2, 0.1], [0.4, 0.2, 0.4]])).round(4).tolist()
    [0.5, 1.0]
    """
    ratios = relative_probabilities(logits)
    others = total(ratios[1:])
    # For a tie, numerator and denominator are the same sum, so that the score is exactly 1.
    result: NDArray[np.float64] = (ratios[1] + others) / (1.0 + others)
    return result
