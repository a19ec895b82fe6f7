"""Intervals for proportions and for sums of independent estimates."""

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaincinv

CONFIDENCE = 0.95


def normal_quantile(confidence: float = CONFIDENCE) -> float:
    """Return z such that a standard normal variable lies within -z..z with probability `confidence`."""
    return NormalDist().inv_cdf((1 + confidence) / 2)


def wilson(
    successes: ArrayLike, trials: ArrayLike, confidence: float = CONFIDENCE
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the limits of Wilson's score interval for proportions (Wilson 1927; Brown, Cai & DasGupta 2001).

    Args:
        successes: counts in 0..trials, of any shape; fractional counts are effective counts.
        trials: counts above 0.
        confidence: in 0..1.

    Returns:
        low and high in 0..1, low <= successes / trials <= high.

    >>> low, high = wilson(0, 10)
    >>> float(low), round(float(high), 4)
    (0.0, 0.2775)
    """
    k, n = np.asarray(successes, dtype=np.float64), np.asarray(trials, dtype=np.float64)
    z = normal_quantile(confidence)
    rate = k / n
    centre = (k + z**2 / 2) / (n + z**2)
    half = z * np.sqrt(k * (n - k) / n + z**2 / 4) / (n + z**2)
    # At the ends the limits are exactly 0 and 1, without rounding errors.
    low = np.where(k == 0, 0.0, np.clip(centre - half, 0.0, rate))
    high = np.where(k == n, 1.0, np.clip(centre + half, rate, 1.0))
    return low, high


def one_sided(
    successes: ArrayLike, trials: ArrayLike, confidence: float = CONFIDENCE
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return exact limits for proportions, each of which holds with the stated confidence (Clopper & Pearson 1934).

    Together they are an interval with a confidence of 1 - 2 (1 - confidence). With effective numbers of inputs they are
    those of Korn & Graubard (1998).

    Args:
        successes: counts in 0..trials, of any shape; fractional counts are effective counts.
        trials: counts above 0.
        confidence: of each limit, in 0..1.

    Returns:
        low and high in 0..1, low <= successes / trials <= high for confidences of 0.5 or more.

    >>> [float(one_sided(0, n, 0.95)[1]) <= 0.01 for n in (298, 299)]
    [False, True]
    """
    k, n = np.broadcast_arrays(np.asarray(successes, dtype=np.float64), np.asarray(trials, dtype=np.float64))
    low, high = np.zeros(k.shape), np.ones(k.shape)
    some, not_all = k > 0, k < n
    low[some] = betaincinv(k[some], (n - k + 1)[some], 1 - confidence)
    high[not_all] = betaincinv((k + 1)[not_all], (n - k)[not_all], confidence)
    return low, high


def weighted_sum(
    estimates: Sequence[float], lows: Sequence[float], highs: Sequence[float], weights: Sequence[float]
) -> tuple[float, float]:
    """Return the limits of an interval for sum(weights * estimates), of independent estimates with their own limits.

    Uses the method of variance estimates recovery: an estimate's distance to its limit replaces its standard error
    (Zou & Donner 2008; Zou, Huang & Zhang 2009).
    """
    centre, down, up = 0.0, 0.0, 0.0
    for estimate, low, high, weight in zip(estimates, lows, highs, weights, strict=True):
        below, above = (estimate - low, high - estimate) if weight >= 0 else (high - estimate, estimate - low)
        centre += weight * estimate
        down += (weight * below) ** 2
        up += (weight * above) ** 2
    return centre - float(np.sqrt(down)), centre + float(np.sqrt(up))
