"""Margin: how far the most probable class is ahead of the second (Scheffer, Decomain & Wrobel 2001)."""

import numpy as np
from numpy.typing import NDArray

from quantshift.probabilities import softmax

HIGHER_IS_BETTER = True


def margin(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return p1 - p2 of the softmax output, per input [n], in 0..1; 0 is a tie.

    Args:
        logits: [n, classes], 2 classes or more.

    >>> margin(np.log([[0.7, 0.2, 0.1], [0.4, 0.2, 0.4]])).round(4).tolist()
    [0.5, 0.0]
    """
    top_two = np.partition(softmax(logits), -2, axis=1)[:, -2:]
    result: NDArray[np.float64] = top_two[:, 1] - top_two[:, 0]
    return result
