"""Accuracy: the share of the inputs whose top-1 class is the label."""

import numpy as np
from numpy.typing import NDArray


def correct(logits: NDArray[np.floating], labels: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Return the mask [n] of the inputs that are classified rightly; of tied logits the first class counts.

    Args:
        logits: [n, classes].
        labels: [n], classes from 0.
    """
    mask: NDArray[np.bool_] = logits.argmax(axis=1) == labels
    return mask


def accuracy(logits: NDArray[np.floating], labels: NDArray[np.integer]) -> float:
    """Return the accuracy in 0..1 of `logits` [n, classes] for `labels` [n], n at least 1.

    >>> accuracy(np.array([[2.0, 1.0], [0.0, 3.0], [1.0, 1.0], [5.0, 4.0]]), np.array([0, 1, 0, 1]))
    0.75
    """
    return float(correct(logits, labels).mean())
