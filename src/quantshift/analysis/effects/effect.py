"""Effects: estimates with limits at any level, which give the interval and the p-value."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from scipy.optimize import brentq

from quantshift.analysis.statistics.estimate import Estimate
from quantshift.analysis.statistics.intervals import CONFIDENCE, weighted_sum
from quantshift.core.names import INPUTS

ALPHA = 1 - CONFIDENCE
# The normal quantile of the smallest p-value (about 1e-88); smaller ones are not distinguished. Beyond it scipy's
# quantiles of Student's t with few degrees of freedom overflow, with the wrong sign.
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

    The p-value is therefore at most 5 % exactly where the 95 % interval does not contain 0 in its interior.
    """
    if effect.value == 0:
        return 1.0

    def distance(z: float) -> float:
        low, high = effect.limits(math.erfc(z / math.sqrt(2)))
        return low if effect.value > 0 else -high

    # Limits are nearly linear in the normal quantile z, so a few steps find where one of them is 0.
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

    For the claim, every single effect has to be above 0: the lower limit is the smallest lower limit, and hence the
    p-value is the largest one, without adjustment (intersection-union test, Berger 1982). Against the claim, a single
    effect below 0 is enough: the upper limit is the smallest upper limit, at alpha divided by the number of effects
    (Bonferroni).
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
    """The mean effect of several models, each of which has to show it, such as the models of two seeds.

    The limits span the limits of all models.
    """

    def limits(self, alpha: float) -> tuple[float, float]:
        """Return the limits of the interval with confidence 1 - alpha."""
        lows, highs = zip(*(part.limits(alpha) for part in self.parts), strict=True)
        return min(lows), max(highs)
