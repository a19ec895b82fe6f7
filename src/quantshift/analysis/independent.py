"""Effects between independent groups of inputs, such as a natural shift's own inputs and the clean test set."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import fisher_exact

from quantshift.analysis.clusters import DECIMALS, FLIPS
from quantshift.analysis.estimate import Estimate
from quantshift.analysis.intervals import weighted_sum, wilson

Groups = Sequence[NDArray[np.float64]]


def estimate(
    groups: Groups, weights: Sequence[float], random: np.random.Generator, *, permutations: int = FLIPS
) -> Estimate:
    """Return sum(weights * mean) over groups of different inputs, with its interval and p-value.

    For two groups of zeros and ones with the weights -1 and 1: Newcombe's interval and Fisher's exact test.

    Args:
        groups: arrays [inputs] of rates in 0..1 (an input's share of disagreements over sets and models).
        weights: one a group; they add up to 0.
        random: the generator of the permutations.
        permutations: random assignments of the inputs to the groups.

    Raises:
        ValueError: a group is empty.
    """
    if any(values.size == 0 for values in groups):
        raise ValueError("a group without inputs has no mean")
    means = [float(values.mean()) for values in groups]
    limits = [rate_interval(values) for values in groups]
    low, high = weighted_sum(means, [limit[0] for limit in limits], [limit[1] for limit in limits], weights)
    effect = sum(weight * mean for weight, mean in zip(weights, means, strict=True))
    if len(groups) == 2 and all(np.isin(values, (0.0, 1.0)).all() for values in groups):
        hits = [int(values.sum()) for values in groups]
        table = [[hit, values.size - hit] for hit, values in zip(hits, groups, strict=True)]
        p_value = min(1.0, float(fisher_exact(np.asarray(table)).pvalue))
    else:
        p_value = permutation(groups, weights, random, permutations=permutations)
    return Estimate(effect, low, high, p_value, n=sum(values.size for values in groups))


def rate_interval(values: NDArray[np.float64]) -> tuple[float, float]:
    """Return Wilson's 95 % limits for the mean of `values` [inputs], each in 0..1.

    With the effective number of inputs mean * (1 - mean) / (variance / n) (Korn & Graubard 1998): an input's rate over
    many sets and models tells more than one yes or no, and less than that many.
    """
    mean, variance, n = float(values.mean()), float(values.var()), values.size
    # Rounded, since equal fractions differ by rounding from their mean.
    alike = np.ptp(values.round(DECIMALS)) == 0
    effective = n if alike else max(n, n * mean * (1 - mean) / variance)
    # A variance of 0 says nothing of the precision where the mean is neither 0 nor 1: n is the cautious choice.
    low, high = wilson(min(mean, 1.0) * effective, effective)
    return float(low), float(high)


def permutation(
    groups: Groups, weights: Sequence[float], random: np.random.Generator, *, permutations: int = FLIPS
) -> float:
    """Return the two-sided p-value of the permutation test: under the null hypothesis the inputs are exchangeable.

    (1 + hits) / (permutations + 1) (Phipson & Smyth 2010). Assigning the inputs to the groups at random is drawn as
    hypergeometric counts over the distinct rates above 0, which is exact and takes little memory.
    """
    pooled = np.concatenate(groups).round(DECIMALS)
    values, counts = np.unique(pooled[pooled != 0], return_counts=True)
    slopes = [weight / group.size for weight, group in zip(weights, groups, strict=True)]
    observed = sum(slope * group.round(DECIMALS).sum() for slope, group in zip(slopes, groups, strict=True))
    effects = np.zeros(permutations)
    free = [np.full(permutations, group.size) for group in groups]
    for value, count in zip(values, counts, strict=True):
        # The places still free in each group decide how this rate's inputs spread over them.
        left = np.full(permutations, count)
        beyond = sum(free, np.zeros(permutations, dtype=np.int64))
        for index, slope in enumerate(slopes):
            beyond = beyond - free[index]
            drawn = random.hypergeometric(free[index], beyond, left)
            effects += slope * value * drawn
            free[index] = free[index] - drawn
            left = left - drawn
    hits = int((np.abs(effects) >= abs(observed) - 1e-9 * abs(observed)).sum())
    return (1 + hits) / (permutations + 1)
