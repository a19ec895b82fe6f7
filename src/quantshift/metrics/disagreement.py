"""Disagreement: the top-1 class of the variant differs from that of float32 (arXiv 2204.04220, section 3)."""

import numpy as np
from numpy.typing import NDArray


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


def tied(logits: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Return the mask [n] of the inputs whose two largest logits are equal, so that the first class wins.

    Args:
        logits: [n, classes], 2 classes or more.

    >>> tied(np.array([[2.0, 1.0, 2.0], [2.0, 1.0, 1.0]]))
    array([ True, False])
    """
    top_two = np.partition(logits, -2, axis=1)[:, -2:]
    mask: NDArray[np.bool_] = top_two[:, 0] == top_two[:, 1]
    return mask
