"""Effects of several training seeds: the seeds are the unit of replication, since a claim is about the method."""

from collections.abc import Callable, Sequence

import numpy as np
from scipy.special import stdtr, stdtrit

from quantshift.analysis.estimate import SEEDS, Estimate
from quantshift.analysis.intervals import CONFIDENCE


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
    if seeds < 2 or np.ptp(values) <= 1e-12:
        estimates = [by_inputs(index) for index in range(seeds)]
        widest = max(estimates, key=lambda estimate: estimate.p_value)
        return Estimate(widest.effect, widest.low, widest.high, widest.p_value, widest.n, seeds=seeds)
    mean, freedom = float(values.mean()), seeds - 1
    error = float(values.std(ddof=1) / np.sqrt(seeds))
    half = float(stdtrit(freedom, (1 + CONFIDENCE) / 2)) * error
    p_value = min(1.0, 2 * float(stdtr(freedom, -abs(mean) / error)))
    return Estimate(mean, mean - half, mean + half, p_value, by_inputs(0).n, unit=SEEDS, seeds=seeds)
