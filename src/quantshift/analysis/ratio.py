"""What is left of something: a ratio of sums over clusters, held to one half.

Clusters are resampled with their numerators and denominators together (Field & Welsh 2007; ratios: Davison & Hinkley
1997, section 2.4). Few clusters have any of it, and resampling them would show no spread at all where, say, all of
three are gone. So two clusters that are left and two that are gone join every sample, which leaves the null hypothesis
of one half as it is (Agresti & Coull 1998 do this for a proportion); they widen the limits and move no estimate.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quantshift.analysis.estimate import Estimate
from quantshift.analysis.intervals import CONFIDENCE

RESAMPLES = 4_000
HALF = 0.5
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Stratum:
    """Independent clusters, such as the test inputs of one data set.

    Attributes:
        before: [clusters], what each had, 0 or more; not all 0.
        after: [clusters], what each has.
    """

    before: Floats
    after: Floats

    @property
    def effect(self) -> float:
        """The share that is left, minus one half."""
        return float(self.after.sum() / self.before.sum()) - HALF

    def resampled(self, random: np.random.Generator, resamples: int) -> tuple[Floats, Floats]:
        """Return the sums [resamples] before and after over as many clusters drawn with replacement."""
        # Clusters of the size in which most of it comes, so that they weigh the same whatever the unit is.
        size = float((self.before**2).sum() / self.before.sum())
        joining = size * np.array([[1.0, 1.0], [1.0, 1.0], [1.0, 0.0], [1.0, 0.0]])
        pairs = np.concatenate([np.stack([self.before, self.after], axis=1), joining])
        # Most clusters are alike: one multinomial draw over the distinct pairs resamples them all.
        distinct, numbers = np.unique(pairs, axis=0, return_counts=True)
        drawn = random.multinomial(len(pairs), numbers / len(pairs), resamples) @ distinct
        # All clusters drawn may be empty ones.
        return np.maximum(drawn[:, 0], size), drawn[:, 1]


def estimate(strata: Sequence[Stratum], random: np.random.Generator, *, resamples: int = RESAMPLES) -> Estimate:
    """Return the mean over the strata of the share that is left, minus one half.

    The limits are percentiles of the resampled ratios, and the p-value is that of Wald's test of what is left minus
    half of what there was, which has no denominator and so is nearly normal with fewer clusters.

    Args:
        strata: one or more, each with the same weight.
        random: the generator of the resamples.
        resamples: number of resamples.
    """
    effect = float(np.mean([stratum.effect for stratum in strata]))
    ratios, scores = np.zeros(resamples), np.zeros(resamples)
    for stratum in strata:
        before, after = stratum.resampled(random, resamples)
        ratios += (after / before - HALF) / len(strata)
        scores += (after - HALF * before) / stratum.before.sum() / len(strata)
    low, high = np.quantile(ratios, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    p_value = math.erfc(abs(effect) / float(scores.std(ddof=1)) / math.sqrt(2))
    n = sum(stratum.before.size for stratum in strata)
    # The clusters that join draw the percentiles towards one half.
    return Estimate(effect, min(float(low), effect), max(float(high), effect), p_value, n)
