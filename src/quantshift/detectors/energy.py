"""Free energy of the logits, at temperature 1 (Liu, Wang, Owens & Li 2020, arXiv 2010.03759)."""

import numpy as np
from numpy.typing import NDArray

from quantshift.runtime.probabilities import relative_probabilities, total


def score(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return -ln(sum(exp(z))), per input [n]; a high energy indicates doubt.

    Args:
        logits: [n, classes], finite.

    >>> score(np.log([[1.0, 3.0], [1.0, 1.0]])).round(4).tolist()  # -ln 4, -ln 2
    [-1.3863, -0.6931]
    """
    others = total(relative_probabilities(logits)[1:])
    result: NDArray[np.float64] = -(logits.max(axis=1).astype(np.float64) + np.log1p(others))
    return result
