"""Disagreement: the top-1 class of the variant differs from that of float32 (arXiv 2204.04220, section 3)."""

import numpy as np
from numpy.typing import NDArray

HIGHER_IS_BETTER = False


def disagreement(reference: NDArray[np.floating], variant: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Return the mask [n] of the inputs on which the two models disagree; of tied logits the first class counts.

    Args:
        reference: logits [n, classes] of float32.
        variant: logits [n, classes] of the quantized model, for the same inputs in the same order.

    >>> disagreement(np.array([[2.0, 1.0], [0.0, 3.0], [1.0, 1.0]]), np.array([[2.0, 1.5], [4.0, 3.0], [1.0, 0.9]]))
    array([False,  True, False])
    """
    mask: NDArray[np.bool_] = reference.argmax(axis=1) != variant.argmax(axis=1)
    return mask
