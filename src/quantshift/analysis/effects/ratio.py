"""The fraction of events that remains: a ratio of two sums over the same sources, compared with one half.

The ratio after / before is r where the difference after - r * before is 0. Its limits are therefore the values of r at
which the limits of that difference reach 0 (Fieller 1954), and the test against one half is that of after - before / 2.
The difference has the limits of quantshift.analysis.effects.contributions, which are valid with few events.
"""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from quantshift.analysis.effects.contributions import Side, distances, quantile

HALF = 0.5
Floats = NDArray[np.float64]
# The sums of after, before, after^2, after * before and before^2.
Sums = list[float]


@dataclass(frozen=True)
class RemainingRatio:
    """The ratio of the events after to those before, minus one half.

    Attributes:
        before: [sources], the events of each source before, 0 or more; not all 0.
        after: [sources], the events of each source after.
        possible: the largest possible sum over all sources, above 0.
    """

    before: Floats
    after: Floats
    possible: float

    @cached_property
    def value(self) -> float:
        """The point estimate."""
        return float(self.after.sum() / self.before.sum()) - HALF

    @property
    def inputs(self) -> int:
        """The number of sources."""
        return self.before.size

    @property
    def events(self) -> int:
        """The number of sources with events before."""
        return int((self.before > 0).sum())

    def limits(self, alpha: float) -> tuple[float, float]:
        """Return the limits of the interval with confidence 1 - alpha; the upper limit is at most the possible ratio.

        The lower limit may be below a ratio of 0. If it were cut off at 0, an average of effects would be
        overconfident: each effect would keep its distance from that limit at any confidence level.
        """
        ratio, z = self.value + HALF, quantile(alpha)
        most = max(ratio, self.possible / float(self.before.sum()))
        low = _root(lambda r: self._limits(r, z)[0], -most, ratio)
        high = _root(lambda r: self._limits(r, z)[1], ratio, most)
        return low - HALF, high - HALF

    def _limits(self, ratio: float, z: float) -> tuple[float, float]:
        """Return the limits of after - ratio * before (see quantshift.analysis.effects.contributions)."""
        ratios, below, above, largest = self._by_ratio
        size = largest * max(1.0, abs(ratio))
        # Sources with a larger ratio raise the difference; sources with a smaller ratio lower it.
        index = bisect_right(ratios, ratio)
        positive, negative = _side(above[index], ratio, size), _side(below[index], ratio, size)
        down, up = distances(positive, negative, z)
        value = positive.total - negative.total
        return value - down, value + up

    @cached_property
    def _by_ratio(self) -> tuple[list[float], list[Sums], list[Sums], float]:
        """The sources' ratios in ascending order, the sums over sources below and above each, and the largest value.

        They allow computing any limit without iterating over the sources again.
        """
        has_events = (self.before > 0) | (self.after > 0)
        before, after = self.before[has_events], self.after[has_events]
        ratios = np.divide(after, before, out=np.full(len(after), np.inf), where=before > 0)
        order = np.argsort(ratios, kind="stable")
        before, after = before[order], after[order]
        below = np.zeros((len(after) + 1, 5))
        np.cumsum(np.stack([after, before, after**2, after * before, before**2], axis=1), axis=0, out=below[1:])
        above = below[-1] - below
        largest = float(max(before.max(), after.max()))
        return ratios[order].tolist(), below.tolist(), above.tolist(), largest


def _side(sums: Sums, ratio: float, size: float) -> Side:
    """Return one side of after - ratio * before, for sources whose differences have the same sign."""
    after, before, after_squares, products, before_squares = sums
    squares = after_squares - 2 * ratio * products + ratio**2 * before_squares
    return Side(abs(after - ratio * before), max(0.0, squares), size)


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    """Return where a decreasing function reaches 0 within low..high, or the nearer end of the range."""
    if function(low) <= 0:
        return low
    if function(high) >= 0:
        return high
    return float(brentq(function, low, high, xtol=1e-9))
