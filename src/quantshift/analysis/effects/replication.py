"""Effects over training seeds, which are the unit of replication because a claim is about the training method.

The error of a mean over seeds has two parts: seeds differ, and all of them see the same inputs. Student's t covers the
first part, including the part of the inputs' error that is independent between seeds. The part of the inputs' error
that all seeds share is added. The interval is never narrower than that of the inputs alone.

Two seeds carry almost no information about how seeds differ (Student's t has one degree of freedom). A claim about two
seeds is therefore a claim about both models: each must show the effect, and the interval spans both.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from quantshift.analysis.effects.effect import Effect, Spanning, estimate
from quantshift.analysis.statistics.estimate import Estimate
from quantshift.core.names import INPUTS, SEEDS

PerSeed = TypeVar("PerSeed")
AnyEffect = TypeVar("AnyEffect", bound=Effect)

# With fewer seeds, inputs are the unit of replication.
FEWEST_SEEDS = 3


@dataclass(frozen=True)
class Replicated:
    """The mean effect over seeds.

    Attributes:
        pooled: the effect pooled over all seeds, with inputs as the unit.
        by_seed: the effects of three or more seeds.
        common: the fraction of the error variance of `pooled` that all seeds share, 0..1.
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
        by_seed: one effect per seed, at least one.
        pool: returns the pooled effect of three or more seeds and the fraction of its error variance that they share.
    """
    if len(by_seed) < FEWEST_SEEDS:
        return Spanning(by_seed)
    pooled, common = pool(by_seed)
    return Replicated(pooled, [effect.value for effect in by_seed], common)


def replicated(by_seed: Sequence[PerSeed], effect_of: Callable[[Sequence[PerSeed]], Effect]) -> Estimate:
    """Return the estimate over all seeds and, for two or more seeds, over each of two disjoint sets of them.

    Args:
        by_seed: the data of each seed, at least one.
        effect_of: returns the effect over some of the seeds.
    """
    half = len(by_seed) // 2
    sets = (by_seed[:half], by_seed[half:]) if half else ()
    whole, *halves = (
        estimate(effect_of(seeds), unit=SEEDS if len(seeds) >= FEWEST_SEEDS else INPUTS, seeds=len(seeds))
        for seeds in (by_seed, *sets)
    )
    return replace(whole, seed_sets=tuple(halves))


def half_width(values: ArrayLike, alpha: float) -> float:
    """Return half the width of Student's t interval with confidence 1 - alpha for the mean of values [seeds].

    >>> round(half_width([1.0, 2.0, 3.0], 0.05), 3)
    2.484
    """
    sample = np.asarray(values, dtype=np.float64)
    # scipy.special computes the same quantile as scipy.stats, which takes half a second longer to import.
    error = float(sample.std(ddof=1) / np.sqrt(sample.size))
    return -float(stdtrit(sample.size - 1, alpha / 2)) * error
