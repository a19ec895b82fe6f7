"""Effects with limits at any confidence level, from which the interval and the p-value follow."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from scipy.optimize import brentq

from quantshift.analysis.statistics.estimate import Estimate
from quantshift.analysis.statistics.intervals import CONFIDENCE, weighted_sum
from quantshift.core.names import INPUTS

ALPHA = 1 - CONFIDENCE
# The normal quantile of the smallest p-value reported (about 1e-88). For larger quantiles, scipy's quantiles of
# Student's t with few degrees of freedom overflow, with the wrong sign.
LARGEST_QUANTILE = 20.0


class Effect(Protocol):
    """An effect whose limits can be computed at any confidence level."""

    @property
    def value(self) -> float:
        """The point estimate."""
        ...

    @property
    def inputs(self) -> int:
        """The number of distinct inputs (by source)."""
        ...

    @property
    def events(self) -> int:
        """The number of sources in which anything differs."""
        ...

    def limits(self, alpha: float) -> tuple[float, float]:
        """Return the limits of the two-sided interval with confidence 1 - alpha (0 < alpha <= 1), around `value`."""
        ...


def estimate(effect: Effect, *, unit: str = INPUTS, seeds: int = 1) -> Estimate:
    """Return the effect with its 95 % interval and its p-value."""
    low, high = effect.limits(ALPHA)
    return Estimate(effect.value, low, high, p_value(effect), effect.inputs, effect.events, unit, seeds)


def p_value(effect: Effect) -> float:
    """Return the two-sided p-value for an effect of 0: the level at which the interval just reaches 0.

    The p-value is therefore at most 5 % exactly where the 95 % interval does not contain 0 in its interior.
    """
    if effect.value == 0:
        return 1.0

    def distance(z: float) -> float:
        low, high = effect.limits(math.erfc(z / math.sqrt(2)))
        return low if effect.value > 0 else -high

    # Limits are nearly linear in the normal quantile z, so a few iterations find where one of them is 0.
    if distance(0.0) <= 0:
        return 1.0
    if distance(LARGEST_QUANTILE) >= 0:
        return math.erfc(LARGEST_QUANTILE / math.sqrt(2))
    return math.erfc(float(brentq(distance, 0.0, LARGEST_QUANTILE, xtol=1e-6)) / math.sqrt(2))


@dataclass(frozen=True)
class Combined:
    """Several effects combined into one; subclasses define its limits."""

    effects: Sequence[Effect]

    @property
    def value(self) -> float:
        """The point estimate."""
        return sum(effect.value for effect in self.effects) / len(self.effects)

    @property
    def inputs(self) -> int:
        """The number of distinct inputs (by source)."""
        return max(effect.inputs for effect in self.effects)

    @property
    def events(self) -> int:
        """The smallest number of sources in which anything differs, over the effects."""
        return min(effect.events for effect in self.effects)


class Average(Combined):
    """The mean of independent effects, such as those of different data sets, whose inputs differ.

    The limits are combined by the method of variance estimates recovery (Zou & Donner 2008).
    """

    @property
    def inputs(self) -> int:
        """The number of distinct inputs (by source)."""
        return sum(effect.inputs for effect in self.effects)

    @property
    def events(self) -> int:
        """The number of sources in which anything differs."""
        return sum(effect.events for effect in self.effects)

    def limits(self, alpha: float) -> tuple[float, float]:
        """Return the limits of the interval with confidence 1 - alpha."""
        lows, highs = zip(*(effect.limits(alpha) for effect in self.effects), strict=True)
        weights = [1 / len(self.effects)] * len(self.effects)
        return weighted_sum([effect.value for effect in self.effects], lows, highs, weights)


class Weakest(Combined):
    """The smallest of several effects, for a claim that all of them are above 0 (a conjunction).

    To support the claim, every effect must be above 0: the lower limit is the smallest lower limit, and hence the
    p-value is the largest one, without adjustment (intersection-union test, Berger 1982). To contradict the claim, one
    effect below 0 is enough: the upper limit is the smallest upper limit, at alpha divided by the number of effects
    (Bonferroni).
    """

    @property
    def value(self) -> float:
        """The point estimate."""
        return min(effect.value for effect in self.effects)

    def limits(self, alpha: float) -> tuple[float, float]:
        """Return the limits of the interval with confidence 1 - alpha."""
        low = min(effect.limits(alpha)[0] for effect in self.effects)
        return low, min(effect.limits(alpha / len(self.effects))[1] for effect in self.effects)


class Spanning(Combined):
    """The mean effect of models that must each show it, such as the models of two seeds.

    The interval spans the intervals of all models.
    """

    def limits(self, alpha: float) -> tuple[float, float]:
        """Return the limits of the interval with confidence 1 - alpha."""
        lows, highs = zip(*(effect.limits(alpha) for effect in self.effects), strict=True)
        return min(lows), max(highs)
