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
    values = np.asarray(logits, dtype=np.float64)
    # Softmax is the same for shifted logits; with a maximum of 0 no exponential overflows.
    shifted: NDArray[np.float64] = values - values.max(axis=1, keepdims=True)
    result: NDArray[np.float64] = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return result


def softmax(logits: ArrayLike) -> NDArray[np.float64]:
    """Return the class probabilities [n, classes] of `logits` [n, classes]; each row sums to 1.

    >>> softmax([[0.0, 0.0], [1000.0, 0.0]]).tolist()
    [[0.5, 0.5], [1.0, 0.0]]
    """
    result: NDArray[np.float64] = np.exp(log_softmax(logits))
    return result
