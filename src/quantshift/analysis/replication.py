"""Effects of several training seeds: the seeds are the unit of replication, since a claim is about the method."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtr, stdtrit

from quantshift.analysis.estimate import SEEDS, Estimate
from quantshift.analysis.intervals import CONFIDENCE

# Seeds whose effects differ by no more are the same.
TOLERANCE = 1e-12


def replicated(effects: Sequence[float], by_inputs: Callable[[int], Estimate]) -> Estimate:
    """Return the mean effect over the seeds, with Student's t interval and one-sample t-test (two-sided).

    One seed, or seeds with exactly the same effect, show no spread; then the inputs are the unit, and of several seeds
    the one with the largest p-value is given.

    Args:
        effects: one a seed, at least one.
        by_inputs: gives the estimate of a seed, by its index, with the inputs as the unit.
    """
    values = np.asarray(effects, dtype=np.float64)
    seeds = values.size
    if seeds < 2 or np.ptp(values) <= TOLERANCE:
        estimates = [by_inputs(index) for index in range(seeds)]
        widest = max(estimates, key=lambda estimate: estimate.p_value)
        return Estimate(widest.effect, widest.low, widest.high, widest.p_value, widest.n, seeds=seeds)
    mean, error = float(values.mean()), _standard_error(values)
    low, high = student(values)
    p_value = min(1.0, 2 * float(stdtr(seeds - 1, -abs(mean) / error)))
    return Estimate(mean, low, high, p_value, by_inputs(0).n, unit=SEEDS, seeds=seeds)


def student(values: ArrayLike) -> tuple[float, float]:
    """Return Student's 95 % t limits of the mean of values [seeds], of two seeds or more.

    >>> [round(limit, 3) for limit in student([1.0, 2.0, 3.0])]
    [-0.484, 4.484]
    """
    found = np.asarray(values, dtype=np.float64)
    half = float(stdtrit(found.size - 1, (1 + CONFIDENCE) / 2)) * _standard_error(found)
    return float(found.mean()) - half, float(found.mean()) + half


def _standard_error(values: NDArray[np.float64]) -> float:
    return float(values.std(ddof=1) / np.sqrt(values.size))
