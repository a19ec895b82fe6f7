"""Class probabilities from logits, in float64 and without overflow.

By hand, since `scipy.special.log_softmax` takes four to twelve times as long for ten classes and fewer, and the sums of
`logsumexp` and `softmax` depend on the order of the classes, so that equal logits would not score equally to the last
bit.
"""

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
    # Sums over few classes are several times as fast along the first axis. With a maximum of 0 nothing overflows.
    shifted = np.array(np.asarray(logits).T, dtype=np.float64, order="C")
    shifted -= shifted.max(axis=0)
    shifted -= np.log(np.exp(shifted).sum(axis=0))
    return shifted.T


def behind(logits: ArrayLike) -> NDArray[np.float64]:
    """Return how far each logit lies behind the largest one, [classes, n], ascending; the first row is 0.

    Scores that are computed from it do not depend on the order of the classes or on a constant that is added to all
    logits: differences of float32 numbers are exact in float64 (as long as one is not 2^29 times the other).

    Args:
        logits: [n, classes], finite.

    >>> behind([[1.0, 4.0, 2.0], [3.0, 3.0, 3.0]]).T.tolist()
    [[0.0, 2.0, 3.0], [0.0, 0.0, 0.0]]
    """
    ranked = np.sort(np.asarray(logits), axis=1)[:, ::-1]
    values = np.array(ranked.T, dtype=np.float64, order="C")
    distances: NDArray[np.float64] = values[0] - values
    return distances


def odds(logits: ArrayLike) -> NDArray[np.float64]:
    """Return each class's probability over that of the most probable class, [classes, n], descending from 1.

    >>> odds([[0.0, 0.0, -1000.0]]).T.tolist()
    [[1.0, 1.0, 0.0]]
    """
    result: NDArray[np.float64] = np.exp(-behind(logits))
    return result


def total(terms: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sums [n] of terms [classes, n], the last class first.

    Equal inputs have equal sums: numpy's own sum adds in another order where there is one input alone.

    >>> total(np.array([[1.0, 2.0], [0.5, 0.0]])).tolist()
    [1.5, 2.0]
    """
    result = np.zeros(terms.shape[1])
    for term in terms[::-1]:
        result += term
    return result


def margin(logits: ArrayLike) -> NDArray[np.float64]:
    """Return p1 - p2 of the softmax output, per input [n], in 0..1; 0 is a tie.

    Args:
        logits: [n, classes], 2 classes or more.

    >>> margin(np.log([[0.7, 0.2, 0.1], [0.4, 0.2, 0.4]])).round(4).tolist()
    [0.5, 0.0]
    """
    distances = behind(logits)
    result: NDArray[np.float64] = -np.expm1(-distances[1]) / (1.0 + total(np.exp(-distances[1:])))
    return result
