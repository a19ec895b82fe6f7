"""Kullback-Leibler divergence of the variant's class probabilities from float32's (Kullback & Leibler 1951)."""

import numpy as np
from numpy.typing import NDArray

from quantshift.runtime.probabilities import log_softmax


def kl_divergence(reference: NDArray[np.floating], variant: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return KL(float32 || variant) of the softmax outputs, per input [n], in nats, at least 0.

    It is computed from the logits, so that a probability that rounds to 0 gives a large value and not infinity.

    Args:
        reference: logits [n, classes] of float32.
        variant: logits [n, classes] of the quantized model, for the same inputs in the same order.

    >>> even, three_to_one = np.array([[0.0, 0.0]]), np.log([[3.0, 1.0]])
    >>> kl_divergence(even, three_to_one).round(4).tolist()  # (ln(2/3) + ln 2) / 2
    [0.1438]
    >>> kl_divergence(even, even).tolist()
    [0.0]
    """
    log_p, log_q = log_softmax(reference), log_softmax(variant)
    # The sum is never negative in exact arithmetic, but rounding can make it slightly negative.
    result: NDArray[np.float64] = np.maximum((np.exp(log_p) * (log_p - log_q)).sum(axis=1), 0.0)
    return result
