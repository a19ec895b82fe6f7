"""Exact limits of a rate (Clopper & Pearson 1934), one-sided, and the number of inputs that they need.

Inputs that share sources are not independent. Their limits use the effective number of inputs in place of the number
(Korn & Graubard 1998; see `quantshift.analysis.statistics.mean_rate`).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from quantshift.analysis.statistics.mean_rate import SharedSources


@dataclass(frozen=True)
class ExactRate:
    """A rate with its limits.

    Attributes:
        rate: 0..1.
        low: the rate is above it with the confidence.
        high: the rate is below it with the confidence.
        effective_n: number of independent inputs that would measure the rate as precisely.
    """

    rate: float
    low: float
    high: float
    effective_n: float


def upper_limit(events: float, n: float, confidence: float) -> float:
    """Return the upper limit of a rate.

    Args:
        events: events, 0..n; a fractional number is an effective one.
        n: inputs, above 0.
        confidence: in 0..1.

    >>> round(upper_limit(0, 299, 0.95), 5), round(upper_limit(1, 473, 0.95), 4)
    (0.00997, 0.01)
    """
    return 1.0 if events >= n else float(betaincinv(events + 1, n - events, confidence))


def lower_limit(events: float, n: float, confidence: float) -> float:
    """Return the lower limit of a rate; see `upper_limit`.

    >>> lower_limit(0, 10, 0.95), round(lower_limit(10, 10, 0.95), 4)
    (0.0, 0.7411)
    """
    return 0.0 if events <= 0 else float(betaincinv(events, n - events + 1, 1 - confidence))


def inputs_needed(accept: float, confidence: float) -> int:
    """Return the number of independent inputs without an event whose upper limit is at most `accept`, in 0..1.

    >>> inputs_needed(0.01, 0.95), inputs_needed(0.001, 0.95)
    (299, 2995)
    """
    return math.ceil(math.log1p(-confidence) / math.log1p(-accept))


def exact_rate(test_sets: SharedSources, events: Sequence[NDArray[np.bool_]], confidence: float) -> ExactRate:
    """Return the mean rate of one or more test sets; each has the same weight.

    Args:
        test_sets: the test sets.
        events: for each test set, [n], in which inputs the event occurs.
        confidence: of each limit, in 0..1.
    """
    mean = test_sets.mean_rate(events)
    count, n = mean.rate * mean.effective_inputs, mean.effective_inputs
    return ExactRate(mean.rate, lower_limit(count, n, confidence), upper_limit(count, n, confidence), n)
