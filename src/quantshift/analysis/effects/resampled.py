"""Effects whose error is estimated by resampling the sources, such as differences of AUROCs.

The limits use Student's t with the standard error of the resamples. The degrees of freedom are the number of sources
that disagree minus one, because few sources disagree and many agree. The coverage of nominal 95 % percentile limits was
0.87 to 0.93: the variance of a bootstrap of k sources is too small by the factor (k - 1) / k, and its tails are not
heavier for small k (Davison & Hinkley 1997, section 2.3).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit


@dataclass(frozen=True)
class Resampled:
    """An effect with its resamples.

    Attributes:
        value: the point estimate.
        draws: [resamples]; all effects of a data set resample the same sources; NaN if a resample has no estimate.
        events: number of sources that disagree, 2 or more.
        inputs: number of distinct inputs (by source).
        degrees: degrees of freedom; None for `events` - 1.
    """

    value: float
    draws: NDArray[np.float64]
    events: int
    inputs: int
    degrees: float | None = None

    @cached_property
    def variance(self) -> float:
        """The variance of the estimate."""
        return float(np.nanvar(self.draws, ddof=1)) * self.events / (self.events - 1)

    def limits(self, alpha: float) -> tuple[float, float]:
        """Return the limits of the interval with confidence 1 - alpha."""
        degrees = self.events - 1 if self.degrees is None else self.degrees
        half = -float(stdtrit(degrees, alpha / 2)) * float(np.sqrt(self.variance))
        return self.value - half, self.value + half


def averaged(effects: Sequence[Resampled]) -> Resampled:
    """Return the mean of independent effects, such as those of data sets, with Satterthwaite's degrees of freedom."""
    if len(effects) == 1:
        return effects[0]
    variances = np.array([effect.variance for effect in effects])
    degrees = np.array([effect.events - 1 for effect in effects])
    spread = float((variances**2 / degrees).sum())
    return Resampled(
        float(np.mean([effect.value for effect in effects])),
        # Each effect is corrected by its small-sample factor, so the mean needs no further correction.
        np.mean([effect.value + (effect.draws - effect.value) * _factor(effect) for effect in effects], axis=0),
        sum(effect.events for effect in effects),
        sum(effect.inputs for effect in effects),
        float(variances.sum() ** 2 / spread) if spread > 0 else float(degrees.sum()),
    )


def pooled(by_seed: Sequence[Resampled]) -> tuple[Resampled, float]:
    """Return the mean effect over seeds that saw the same sources, and the shared fraction of its error variance."""
    stacked = np.stack([effect.draws for effect in by_seed])
    draws = stacked.mean(axis=0)
    valid = ~np.isnan(draws)
    total, separate = float(draws[valid].var(ddof=1)), float(stacked[:, valid].var(axis=1, ddof=1).sum())
    seeds = len(by_seed)
    fewest = min(by_seed, key=lambda effect: effect.events)
    value = float(np.mean([effect.value for effect in by_seed]))
    mean = Resampled(value, draws, fewest.events, fewest.inputs, fewest.degrees)
    if total == 0:
        return mean, 1.0
    # The variance of a sum is the sum of the seeds' variances and of their pairwise covariances.
    common = (seeds**2 * total - separate) / (seeds * (seeds - 1))
    return mean, float(np.clip(common / total, 0.0, 1.0))


def _factor(effect: Resampled) -> float:
    return float(np.sqrt(effect.events / (effect.events - 1)))
