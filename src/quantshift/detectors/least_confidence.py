"""Least confidence: how improbable the top class is (Lewis & Gale 1994; arXiv 2204.04220, RQ3).

DOCTOR's beta score (arXiv 2106.02395) is a monotonic function of it, so it would not be a different detector.
"""

import numpy as np
from numpy.typing import NDArray

from quantshift.runtime.probabilities import relative_probabilities, total

OUTPUTS = ("logits", "probabilities")


def score(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return 1 - p1 of the softmax output, per input [n], in 0..1 - 1 / classes.

    Args:
        logits: [n, classes], 2 classes or more.

    >>> score(np.log([[0.7, 0.2, 0.1], [0.4, 0.2, 0.4]])).round(4).tolist()
    [0.3, 0.6]
    """
    others = total(relative_probabilities(logits)[1:])
    result: NDArray[np.float64] = others / (1.0 + others)
    return result
