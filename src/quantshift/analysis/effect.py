"""Effects: numbers with limits at any level, from which the interval and the p-value follow."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from scipy.optimize import brentq

from quantshift.analysis.estimate import INPUTS, Estimate
from quantshift.analysis.intervals import CONFIDENCE, weighted_sum

ALPHA = 1 - CONFIDENCE
# Smaller p-values than that of this normal quantile (about 1e-88) are not told apart: beyond it scipy's quantiles of
# Student's t with few degrees of freedom overflow, with the wrong sign.
LARGEST_QUANTILE = 20.0


class Effect(Protocol):
    """An effect whose limits can be computed at any level."""

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
        """Return the limits of the two-sided interval with confidence 1 - alpha, 0 < alpha <= 1; they hold `value`."""
        ...


def estimate(effect: Effect, *, unit: str = INPUTS, seeds: int = 1) -> Estimate:
    """Return the effect with its 95 % interval and its p-value."""
    low, high = effect.limits(ALPHA)
    return Estimate(effect.value, low, high, p_value(effect), effect.inputs, effect.events, unit, seeds)


def p_value(effect: Effect) -> float:
    """Return the two-sided p-value against an effect of 0: the level at which the interval just reaches 0.

    So the p-value is at most 5 % exactly where the 95 % interval does not hold 0.
    """
    if effect.value == 0:
        return 1.0

    def distance(z: float) -> float:
        low, high = effect.limits(math.erfc(z / math.sqrt(2)))
        return low if effect.value > 0 else -high

    # Limits are nearly linear in the normal quantile z, so that few steps find where one of them is 0.
    if distance(0.0) <= 0:
        return 1.0
    if distance(LARGEST_QUANTILE) >= 0:
        return math.erfc(LARGEST_QUANTILE / math.sqrt(2))
    return math.erfc(float(brentq(distance, 0.0, LARGEST_QUANTILE, xtol=1e-6)) / math.sqrt(2))


@dataclass(frozen=True)
class Several:
    """Several effects of models that saw the same inputs, as one; kinds of it have limits of their own."""

    parts: Sequence[Effect]

    @property
    def value(self) -> float:
        """The point estimate."""
        return sum(part.value for part in self.parts) / len(self.parts)

    @property
    def inputs(self) -> int:
        """The number of distinct inputs (by source)."""
        return max(part.inputs for part in self.parts)

    @property
    def events(self) -> int:
        """The number of sources in which anything differs, in the part that has the fewest."""
        return min(part.events for part in self.parts)


class Average(Several):
    """The mean of independent effects, such as those of different data sets, whose inputs differ.

    The limits are joined by the method of variance estimates recovery (Zou & Donner 2008).
    """

    @property
    def inputs(self) -> int:
        """The number of distinct inputs (by source)."""
        return sum(part.inputs for part in self.parts)

    @property
    def events(self) -> int:
        """The number of sources in which anything differs."""
        return sum(part.events for part in self.parts)

    def limits(self, alpha: float) -> tuple[float, float]:
        """Return the limits of the interval with confidence 1 - alpha."""
        lows, highs = zip(*(part.limits(alpha) for part in self.parts), strict=True)
        weights = [1 / len(self.parts)] * len(self.parts)
        return weighted_sum([part.value for part in self.parts], lows, highs, weights)


class Weakest(Several):
    """The smallest of several effects, for a claim that all of them are above 0 (a conjunction).

    Above 0 each single effect has to be: the lower limit is the smallest one, and hence the p-value the largest one,
    without adjustment (intersection-union test, Berger 1982). Below 0 a single one is enough, so that the upper limit
    is the smallest one at a level divided by their number (Bonferroni).
    """

    @property
    def value(self) -> float:
        """The point estimate."""
        return min(part.value for part in self.parts)

    def limits(self, alpha: float) -> tuple[float, float]:
        """Return the limits of the interval with confidence 1 - alpha."""
        low = min(part.limits(alpha)[0] for part in self.parts)
        return low, min(part.limits(alpha / len(self.parts))[1] for part in self.parts)


class Each(Several):
    """The mean of effects of models of which each has to show it, such as those of two seeds.

    The limits span those of all of them.
    """

    def limits(self, alpha: float) -> tuple[float, float]:
        """Return the limits of the interval with confidence 1 - alpha."""
        lows, highs = zip(*(part.limits(alpha) for part in self.parts), strict=True)
        return min(lows), max(highs)
