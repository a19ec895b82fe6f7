"""The mean rate of several test sets, and the number of independent inputs that would measure it as precisely.

Copies of one input in several test sets are not independent, nor are inputs of one source. The variance of the mean
rate is therefore that of a sum over sources, by Taylor linearisation (Särndal, Swensson & Wretman 1992, chapter 5).
Divided by the variance for independent inputs it is Kish's design effect, which gives the effective number of inputs.
A score interval with that number in place of the number of inputs keeps its confidence for small rates too (Korn &
Graubard 1998; Franco, Little, Louis & Slud 2019, doi 10.1093/jssam/smy019).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
# The least effective number of sources with events, and of sources without, from which a variance is estimated. With 10
# instead of 15, simulated 95 % intervals cover less than 93 % in some designs.
MINIMUM_SOURCES = 15


@dataclass(frozen=True)
class MeanRate:
    """The mean rate of several test sets.

    Attributes:
        rate: the mean of the test sets' rates, 0..1; each test set has the same weight.
        effective_inputs: number of independent inputs that would measure it as precisely, above 0 and at most the
            number of inputs.
    """

    rate: float
    effective_inputs: float


class SharedSources:
    """Test sets, and the sources that their inputs share."""

    def __init__(self, sources: Sequence[NDArray[np.integer]]) -> None:
        """Store the test sets.

        Args:
            sources: for each of one or more test sets, [n], the ids of the sources of its inputs, n > 0.
        """
        self.sizes = [len(ids) for ids in sources]
        distinct, index = np.unique(np.concatenate(sources), return_inverse=True)
        self._index, self._sources = index, len(distinct)
        self._weights = np.repeat([1 / (len(sources) * n) for n in self.sizes], self.sizes)

    def mean_rate(self, events: Sequence[NDArray[np.bool_]]) -> MeanRate:
        """Return the mean rate of events.

        If events are in too few sources to estimate the variance, the inputs of a source count as one (Kish's effective
        number of sources), as if they always agreed.

        Args:
            events: for each test set, [n], in which inputs the event occurs.
        """
        rates = np.array([event.mean() for event in events])
        rate, hit = float(rates.mean()), np.concatenate(events)
        present, absent = self._sum(self._weights * hit), self._sum(self._weights * ~hit)
        if min(effective(present), effective(absent)) < MINIMUM_SOURCES:
            return MeanRate(rate, self._at_most_all(effective(present + absent)))
        # Each test set has its own rate: a rate that differs between test sets is no error of their mean.
        deviations = self._sum(self._weights * (hit - np.repeat(rates, self.sizes)))
        variance = float((deviations**2).sum()) * self._sources / (self._sources - 1)
        # All inputs, if the test sets have the same size. The limit matters for a small test set: without events it
        # adds nothing to the estimated variance, although its share of the rate is the least certain.
        most = self._at_most_all(effective(self._weights))
        independent = rate * (1 - rate) / (most - 1)
        return MeanRate(rate, most * independent / max(variance, independent))

    def _sum(self, values: Floats) -> Floats:
        """Return the sum of inputs' values by source."""
        return np.bincount(self._index, values, self._sources).astype(np.float64)

    def _at_most_all(self, number: float) -> float:
        """Return a number of inputs without a rounding error above the number of all inputs."""
        return min(number, float(sum(self.sizes)))


def effective(weights: Floats) -> float:
    """Return Kish's effective number of weights of 0 or more; 0 if all are 0.

    >>> effective(np.ones(4)), effective(np.array([2.0, 2.0, 0.0])), effective(np.array([9.0, 3.0]))
    (4.0, 2.0, 1.6)
    """
    squares = float((weights**2).sum())
    return float(weights.sum()) ** 2 / squares if squares > 0 else 0.0
