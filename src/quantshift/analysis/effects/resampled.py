"""Effects whose error comes from resamples of the sources, such as differences of AUROCs.

The limits are Student's, with the resamples' standard error. The degrees of freedom are the number of sources that
disagree, less one, because few sources disagree and many agree. The coverage of nominal 95 % percentile limits was 0.87
to 0.93: the variance of a bootstrap of k sources is too small by the factor (k - 1) / k, and its tails are not heavier
for small k (Davison & Hinkley 1997, section 2.3).
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
        draws: [resamples], of the same sources in all effects of a data set; NaN where a resample cannot be estimated.
        events: number of sources that disagree, 2 or more.
        inputs: number of distinct inputs (by source).
        degrees: of freedom; None for `events` less one.
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


def averaged(parts: Sequence[Resampled]) -> Resampled:
    """Return the mean of independent effects, such as those of data sets, with Satterthwaite's degrees of freedom."""
    if len(parts) == 1:
        return parts[0]
    variances = np.array([part.variance for part in parts])
    degrees = np.array([part.events - 1 for part in parts])
    spread = float((variances**2 / degrees).sum())
    return Resampled(
        float(np.mean([part.value for part in parts])),
        # Each part has its own small-sample factor, so the factor of the mean is nearly 1.
        np.mean([part.value + (part.draws - part.value) * _factor(part) for part in parts], axis=0),
        sum(part.events for part in parts),
        sum(part.inputs for part in parts),
        float(variances.sum() ** 2 / spread) if spread > 0 else float(degrees.sum()),
    )


def pooled(by_seed: Sequence[Resampled]) -> tuple[Resampled, float]:
    """Return the mean effect of seeds whose models saw the same sources, and the share of its error that they share."""
    stacked = np.stack([one.draws for one in by_seed])
    mean = stacked.mean(axis=0)
    known = ~np.isnan(mean)
    total, own = float(mean[known].var(ddof=1)), float(stacked[:, known].var(axis=1, ddof=1).sum())
    seeds = len(by_seed)
    fewest = min(by_seed, key=lambda one: one.events)
    effect = Resampled(
        float(np.mean([one.value for one in by_seed])), mean, fewest.events, fewest.inputs, fewest.degrees
    )
    if total == 0:
        return effect, 1.0
    # The variance of a sum of seeds is the sum of their own variances and of what each two have in common.
    common = (seeds**2 * total - own) / (seeds * (seeds - 1))
    return effect, float(np.clip(common / total, 0.0, 1.0))


def _factor(part: Resampled) -> float:
    return float(np.sqrt(part.events / (part.events - 1)))
