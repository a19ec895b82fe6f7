"""Class probabilities from logits, in float64 and without overflow."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def log_softmax(logits: ArrayLike) -> NDArray[np.float64]:
    """Return the natural logarithms of the class probabilities.

    Args:
        logits: [n, classes], finite.

    Returns:
        [n, classes], each at most 0; the exponentials of a row sum to 1.

    >>> log_softmax([[0.0, 0.0], [1000.0, 0.0]]).round(4).tolist()
    [[-0.6931, -0.6931], [0.0, -1000.0]]
    """
    shifted = _shifted(logits)
    shifted -= np.log(np.exp(shifted).sum(axis=0))
    return shifted.T


def softmax(logits: ArrayLike) -> NDArray[np.float64]:
    """Return the class probabilities [n, classes] of `logits` [n, classes]; each row sums to 1.

    >>> softmax([[0.0, 0.0], [1000.0, 0.0]]).tolist()
    [[0.5, 0.5], [1.0, 0.0]]
    """
    exponentials = _shifted(logits)
    np.exp(exponentials, out=exponentials)
    exponentials /= exponentials.sum(axis=0)
    return exponentials.T


def _shifted(logits: ArrayLike) -> NDArray[np.float64]:
    """Return a copy of the logits, [classes, n], with a maximum of 0, so that no exponential overflows.

    Softmax is the same for shifted logits. Sums over few classes are several times as fast along the first axis.
    """
    values = np.array(np.asarray(logits).T, dtype=np.float64, order="C")
    values -= values.max(axis=0)
    return values
