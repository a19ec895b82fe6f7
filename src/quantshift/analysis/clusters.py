"""Paired effects over inputs: every source input is one cluster, however many test sets and models it is seen in.

A cluster's delta is its mean difference over those sets and models; clusters are independent of each other, the sets
and models that share an input are not. An effect is a weighted sum of the mean deltas of strata: disjoint sets of
clusters, such as the test inputs of different data sets. Most deltas are 0 and many are equal, so that both resampling
methods draw counts over the distinct deltas; this is exact and needs no array of clusters x draws.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from quantshift.analysis.estimate import Estimate
from quantshift.analysis.intervals import CONFIDENCE, wilson

RESAMPLES = 2_000
FLIPS = 9_999
# Up to 2**12 sign patterns are enumerated.
EXACT_NONZERO = 12
# Counts held at a time, 8 bytes each.
BLOCK = 1_000_000
# Means over different numbers of sets differ in their last bits; equal deltas are made equal.
DECIMALS = 12

Strata = Sequence[NDArray[np.float64]]


def estimate(
    strata: Strata,
    weights: Sequence[float],
    random: np.random.Generator,
    *,
    resamples: int = RESAMPLES,
    flips: int = FLIPS,
) -> Estimate:
    """Return sum(weights * mean delta) over the strata, with its interval and p-value.

    Args:
        strata: arrays [clusters] of deltas, at least one cluster each.
        weights: one a stratum, above 0.
        random: the generator of all draws.
        resamples: bootstrap resamples.
        flips: random sign patterns.

    Raises:
        ValueError: a stratum is empty.
    """
    if any(deltas.size == 0 for deltas in strata):
        raise ValueError("a stratum without clusters has no mean")
    strata = [deltas.round(DECIMALS) for deltas in strata]
    effect = sum(weight * float(deltas.mean()) for deltas, weight in zip(strata, weights, strict=True))
    low, high = bootstrap(strata, weights, random, resamples=resamples)
    p_value = sign_flip(strata, weights, random, flips=flips)
    return Estimate(effect, low, high, p_value, n=sum(deltas.size for deltas in strata))


def bootstrap(
    strata: Strata, weights: Sequence[float], random: np.random.Generator, *, resamples: int = RESAMPLES
) -> tuple[float, float]:
    """Return the percentile bootstrap's 95 % limits; clusters are resampled within their strata.

    Field & Welsh 2007 (cluster bootstrap); Davison & Hinkley 1997, sections 3.2 (strata) and 5.3 (percentiles). Where
    no delta differs from 0 resampling shows nothing, and the limits are +- the largest share of clusters that could
    differ unseen (Wilson's upper limit for 0 of n), as if all of them differed by 1 the same way.
    """
    if not any(deltas.any() for deltas in strata):
        unseen = sum(weight * float(wilson(0, deltas.size)[1]) for deltas, weight in zip(strata, weights, strict=True))
        return -unseen, unseen
    effects = np.zeros(resamples)
    for deltas, weight in zip(strata, weights, strict=True):
        effects += weight * bootstrap_means(deltas, random, resamples)
    low, high = np.quantile(effects, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return float(low), float(high)


def bootstrap_means(deltas: NDArray[np.float64], random: np.random.Generator, resamples: int) -> NDArray[np.float64]:
    """Return the means [resamples] of as many clusters drawn with replacement."""
    values, counts = np.unique(deltas, return_counts=True)
    size = deltas.size
    # Resampling n clusters is one multinomial draw over the histogram of their deltas.
    means = [random.multinomial(size, counts / size, rows) @ values / size for rows in _blocks(resamples, values.size)]
    return np.concatenate(means)


def sign_flip(strata: Strata, weights: Sequence[float], random: np.random.Generator, *, flips: int = FLIPS) -> float:
    """Return the two-sided p-value of the sign-flip test: under the null hypothesis a delta's sign is a fair coin.

    Exact where at most 12 deltas differ from 0, else (1 + hits) / (flips + 1) (Phipson & Smyth 2010).
    """
    parts = [weight * deltas[deltas != 0] / deltas.size for deltas, weight in zip(strata, weights, strict=True)]
    terms = np.concatenate(parts)
    if terms.size == 0:
        return 1.0
    # A pattern that gives the observed sum in another order of additions must count as a hit.
    bound = abs(terms.sum()) - 1e-9 * np.abs(terms).sum()
    if terms.size <= EXACT_NONZERO:
        patterns = (np.arange(2**terms.size)[:, None] >> np.arange(terms.size)) & 1
        return float((np.abs((2 * patterns - 1) @ terms) >= bound).mean())
    sizes, counts = np.unique(np.abs(terms), return_counts=True)
    # Of c terms of one size, Binomial(c, 1/2) are positive: their sum is that size times (2 positive - c).
    hits = sum(
        int((np.abs((2 * random.binomial(counts, 0.5, (rows, sizes.size)) - counts) @ sizes) >= bound).sum())
        for rows in _blocks(flips, sizes.size)
    )
    return (1 + hits) / (flips + 1)


def _blocks(draws: int, width: int) -> list[int]:
    """Split `draws` rows of `width` counts into blocks that fit in memory."""
    rows = max(1, BLOCK // width)
    return [min(rows, draws - start) for start in range(0, draws, rows)]
