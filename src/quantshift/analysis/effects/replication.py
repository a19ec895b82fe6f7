"""Effects of several training seeds, which are the unit of replication because a claim is about the method.

The error of a mean over seeds has two parts: seeds differ, and all of them see the same inputs. Student's t covers the
first part, including the inputs' error that is each seed's own. The part of the inputs' error that all seeds share is
added. The interval is never narrower than that of the inputs alone.

Two seeds show next to nothing about how seeds differ (Student's t has one degree of freedom). A claim about two seeds
is therefore a claim about both models: each has to show the effect, and the interval spans both.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from quantshift.analysis.effects.effect import Each, Effect, estimate
from quantshift.analysis.statistics.estimate import Estimate
from quantshift.core.names import INPUTS, SEEDS

One = TypeVar("One")
AnyEffect = TypeVar("AnyEffect", bound=Effect)

# With fewer seeds the inputs are the unit.
FEWEST_SEEDS = 3


@dataclass(frozen=True)
class Replicated:
    """The mean effect over seeds.

    Attributes:
        pooled: the same effect over all seeds together, with the inputs as the unit.
        by_seed: the effect of each seed, three or more.
        common: the share of the error of `pooled` that all seeds have in common, 0..1.
    """

    pooled: Effect
    by_seed: Sequence[float]
    common: float

    @property
    def value(self) -> float:
        """The point estimate."""
        return self.pooled.value

    @property
    def inputs(self) -> int:
        """The number of distinct inputs (by source)."""
        return self.pooled.inputs

    @property
    def events(self) -> int:
        """The number of sources in which anything differs."""
        return self.pooled.events

    def limits(self, alpha: float) -> tuple[float, float]:
        """Return the limits of the interval with confidence 1 - alpha."""
        low, high = self.pooled.limits(alpha)
        spread = half_width(self.by_seed, alpha)
        down, up = (
            max(distance, float(np.hypot(spread, distance * np.sqrt(self.common))))
            for distance in (self.value - low, high - self.value)
        )
        return self.value - down, self.value + up


def over_seeds(by_seed: Sequence[AnyEffect], pool: Callable[[Sequence[AnyEffect]], tuple[Effect, float]]) -> Effect:
    """Return the effect over the seeds.

    Args:
        by_seed: one effect a seed, at least one.
        pool: gives the effect of three seeds or more together and the share of its error that they have in common.
    """
    if len(by_seed) < FEWEST_SEEDS:
        return Each(by_seed)
    pooled, common = pool(by_seed)
    return Replicated(pooled, [one.value for one in by_seed], common)


def replicated(by_seed: Sequence[One], effect_of: Callable[[Sequence[One]], Effect]) -> Estimate:
    """Return the estimate over all seeds, and over each of two disjoint sets of them, where there are two or more.

    Args:
        by_seed: what there is of each seed, at least one.
        effect_of: gives the effect over some of the seeds.
    """
    half = len(by_seed) // 2
    sets = (by_seed[:half], by_seed[half:]) if half else ()
    whole, *parts = (
        estimate(effect_of(some), unit=SEEDS if len(some) >= FEWEST_SEEDS else INPUTS, seeds=len(some))
        for some in (by_seed, *sets)
    )
    return replace(whole, seed_sets=tuple(parts))


def half_width(values: ArrayLike, alpha: float) -> float:
    """Return half the width of Student's t interval with confidence 1 - alpha for the mean of values [seeds].

    >>> round(half_width([1.0, 2.0, 3.0], 0.05), 3)
    2.484
    """
    found = np.asarray(values, dtype=np.float64)
    # scipy.special has the same quantile as scipy.stats, whose import takes half a second longer.
    error = float(found.std(ddof=1) / np.sqrt(found.size))
    return -float(stdtrit(found.size - 1, alpha / 2)) * error
