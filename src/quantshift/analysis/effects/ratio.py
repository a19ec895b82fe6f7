"""The share that is left of something: a ratio of two sums over the same sources, compared with one half.

The ratio after / before is r where the difference after - r * before is 0. Its limits are therefore the values of r at
which the limits of that difference reach 0 (Fieller 1954), and the test against one half is that of after - before / 2.
The difference has the limits of quantshift.analysis.effects.contributions, which are valid with few events.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from quantshift.analysis.effects.contributions import Contributions

HALF = 0.5
Floats = NDArray[np.float64]


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

    @property
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
        ratio = self.value + HALF
        most = max(ratio, self.possible / float(self.before.sum()))
        low = _root(lambda r: self._difference(r).limits(alpha)[0], -most, ratio)
        high = _root(lambda r: self._difference(r).limits(alpha)[1], ratio, most)
        return low - HALF, high - HALF

    def _difference(self, ratio: float) -> Contributions:
        before, after = self._occupied
        largest = float(max(before.max(), after.max())) * max(1.0, abs(ratio))
        return Contributions.alike(after - ratio * before, largest)

    @cached_property
    def _occupied(self) -> tuple[Floats, Floats]:
        """The values before and after of the sources with any of it, before or after."""
        any_of_it = (self.before > 0) | (self.after > 0)
        return self.before[any_of_it], self.after[any_of_it]


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    """Return where a falling function reaches 0 within low..high, or the end that is nearer to that."""
    if function(low) <= 0:
        return low
    if function(high) >= 0:
        return high
    return float(brentq(function, low, high, xtol=1e-9))
