"""Max logit: the largest logit, without softmax (Hendrycks et al. 2022, arXiv 1911.11132)."""

import numpy as np
from numpy.typing import NDArray


def score(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return -z1, the largest logit, per input [n]; a small largest logit indicates doubt.

    Args:
        logits: [n, classes].

    >>> score(np.array([[4.0, 1.0], [3.0, 3.5]])).tolist()
    [-4.0, -3.5]
    """
    result: NDArray[np.float64] = -logits.max(axis=1).astype(np.float64)
    return result
