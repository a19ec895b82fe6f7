"""Logit margin: how far the largest logit is ahead of the second, for cascades of models (Streeter 2018, ICML)."""

import numpy as np
from numpy.typing import NDArray

from quantshift.runtime.probabilities import gaps

OUTPUTS = ("logits", "probabilities", "score")


def score(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return -(z1 - z2), the two largest logits, per input [n], at most 0; 0 is a tie.

    This equals ln(p2 / p1): it depends on the ratio of the two largest probabilities, the margin on their difference.

    Args:
        logits: [n, classes], 2 classes or more.

    >>> score(np.array([[4.0, 1.0, -2.0], [3.0, 0.0, 3.0]])).tolist()
    [-3.0, 0.0]
    """
    # 0 minus the gap, so that a tie is 0 and not -0.
    result: NDArray[np.float64] = 0.0 - gaps(logits)[1]
    return result
