"""Generalized entropy of the softmax output, GEN (Liu, Lochman & Zach, CVPR 2023)."""

import numpy as np
from numpy.typing import NDArray

from quantshift.runtime.probabilities import relative_probabilities, total

# The paper's choice (its section 3): a small exponent gives weight to small probabilities.
EXPONENT = 0.1
# The paper counts the most probable tenth of ImageNet's 1000 classes; for up to 100 classes this is all of them.
CLASSES = 100

OUTPUTS = ("logits", "probabilities")


def score(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return sum(p^0.1 (1 - p)^0.1) over the 100 most probable classes, per input [n], at least 0.

    Args:
        logits: [n, classes].

    >>> score(np.log([[0.5, 0.5], [0.9, 0.1]])).round(4).tolist()  # 2 (1/4)^0.1, 2 (9/100)^0.1
    [1.7411, 1.572]
    """
    others = relative_probabilities(logits)[1:]
    rest = total(others)
    whole = 1.0 + rest
    counted = others[: CLASSES - 1]
    spreads = np.concatenate([rest[None], counted * (whole - counted)])
    result: NDArray[np.float64] = total((spreads / whole**2) ** EXPONENT)
    return result
