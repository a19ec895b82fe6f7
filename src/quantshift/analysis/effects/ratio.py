"""The share that is left of something: a ratio of two sums over the same sources, compared with one half.

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
# Of after, before, after^2, after * before and before^2.
Sums = list[float]


@dataclass(frozen=True)
class Left:
    """The share that is left, minus one half.

    Attributes:
        before: [sources], what each had, 0 or more; not all 0.
        after: [sources], what each has.
        possible: the most that there could be of it in all sources together, above 0.
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
        """The number of sources that had any of it."""
        return int((self.before > 0).sum())

    def limits(self, alpha: float) -> tuple[float, float]:
        """Return the limits of the interval with confidence 1 - alpha; the upper one is at most what is possible.

        The lower one may be below a ratio of 0. A limit that stopped there would claim a certainty that grows with the
        number of effects that are averaged: each of them would be away from 0 at any confidence.
        """
        ratio, z = self.value + HALF, quantile(alpha)
        most = max(ratio, self.possible / float(self.before.sum()))
        low = _root(lambda r: self._limits(r, z)[0], -most, ratio)
        high = _root(lambda r: self._limits(r, z)[1], ratio, most)
        return low - HALF, high - HALF

    def _limits(self, ratio: float, z: float) -> tuple[float, float]:
        """Return the limits of after - ratio * before, as those of quantshift.analysis.effects.contributions."""
        ratios, below, above, largest = self._by_ratio
        size = largest * max(1.0, abs(ratio))
        # A source with a ratio above `ratio` raises the difference, one with a ratio below lowers it.
        place = bisect_right(ratios, ratio)
        positive, negative = _side(above[place], ratio, size), _side(below[place], ratio, size)
        down, up = distances(positive, negative, z)
        value = positive.total - negative.total
        return value - down, value + up

    @cached_property
    def _by_ratio(self) -> tuple[list[float], list[Sums], list[Sums], float]:
        """The sources' own ratios, ascending, the sums over those below and above each, and a source's largest value.

        With them no limit has to go through the sources again.
        """
        any_of_it = (self.before > 0) | (self.after > 0)
        before, after = self.before[any_of_it], self.after[any_of_it]
        ratios = np.divide(after, before, out=np.full(len(after), np.inf), where=before > 0)
        order = np.argsort(ratios, kind="stable")
        before, after = before[order], after[order]
        below = np.zeros((len(after) + 1, 5))
        np.cumsum(np.stack([after, before, after**2, after * before, before**2], axis=1), axis=0, out=below[1:])
        above = below[-1] - below
        largest = float(max(before.max(), after.max()))
        return ratios[order].tolist(), below.tolist(), above.tolist(), largest


def _side(sums: Sums, ratio: float, size: float) -> Side:
    """Return the differences after - ratio * before of sources whose differences have one sign."""
    after, before, after_squares, products, before_squares = sums
    squares = after_squares - 2 * ratio * products + ratio**2 * before_squares
    return Side(abs(after - ratio * before), max(0.0, squares), size)


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    """Return where a falling function reaches 0 within low..high, or the end that is nearer to that."""
    if function(low) <= 0:
        return low
    if function(high) >= 0:
        return high
    return float(brentq(function, low, high, xtol=1e-9))
