"""A rate with its exact one-sided limits (Clopper & Pearson 1934; see `intervals.one_sided`).

Inputs that share sources are not independent. Their limits use the effective number of inputs in place of the number
(Korn & Graubard 1998; see `quantshift.analysis.statistics.mean_rate`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quantshift.analysis.statistics.intervals import one_sided
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


def exact_rate(test_sets: SharedSources, events: Sequence[NDArray[np.bool_]], confidence: float) -> ExactRate:
    """Return the mean rate of one or more test sets; each has the same weight.

    Args:
        test_sets: the test sets.
        events: for each test set, [n], in which inputs the event occurs.
        confidence: of each limit, in 0..1.
    """
    mean = test_sets.mean_rate(events)
    n = mean.effective_inputs
    low, high = (float(limit) for limit in one_sided(mean.rate * n, n, confidence))
    return ExactRate(mean.rate, low, high, n)
