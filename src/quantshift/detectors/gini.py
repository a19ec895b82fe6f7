"""Gini impurity of the softmax output (DeepGini, arXiv 1903.00661; arXiv 2204.04220, RQ3).

DOCTOR's alpha score (arXiv 2106.02395) is a monotonic function of it, so it would not be a different detector.
"""

import numpy as np
from numpy.typing import NDArray

from quantshift.runtime.probabilities import relative_probabilities, total

OUTPUTS = ("logits", "probabilities")


def score(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return 1 - sum(p^2), per input [n], in 0..1 - 1 / classes; it is largest if all classes are equally probable.

    Args:
        logits: [n, classes].

    >>> score(np.log([[0.5, 0.5], [0.75, 0.25]])).round(4).tolist()
    [0.5, 0.375]
    """
    # This equals sum(p (1 - p)); for the top class, 1 - p is the sum of the other probabilities.
    others = relative_probabilities(logits)[1:]
    rest = total(others)
    whole = 1.0 + rest
    result: NDArray[np.float64] = (rest + total(others * (whole - others))) / whole**2
    return result
