"""The mean rate of several test sets, and the number of independent inputs that would measure it as precisely.

Copies of one input in several test sets are not independent, nor are inputs of one source. The variance of the mean
rate is therefore that of a sum over sources, by Taylor linearisation. The variance for independent inputs, divided by
it, gives the effective number of inputs (Kish's design effect). A score interval with that number in place of the
number of inputs suits small rates (Korn & Graubard 1998; Franco, Little, Louis & Slud 2019, doi 10.1093/jssam/smy019).

An estimated variance is too small if a source that weighs much has no event by chance: one that is in many test sets,
or in a small one. The number is therefore that for one more source with an event, as in the upper limit of Fay & Feuer
(1997, doi 10.1002/(SICI)1097-0258(19970415)16:7<791::AID-SIM500>3.0.CO;2-#).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


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
        # The weight of an input's source, where its mean over a test set is largest.
        weights = self._sum(self._weights)[index]
        self._largest = max(float(part.mean()) for part in np.split(weights, np.cumsum(self.sizes)[:-1]))

    def mean_rate(self, events: Sequence[NDArray[np.bool_]]) -> MeanRate:
        """Return the mean rate of events.

        Without events, the inputs of a source count as one, as if they always agreed.

        Args:
            events: for each test set, [n], in which inputs the event occurs.
        """
        rates = np.array([event.mean() for event in events])
        rate = float(rates.mean())
        # Each test set has its own rate: a rate that differs between test sets is no error of their mean.
        deviations = np.concatenate(events) - np.repeat(rates, self.sizes)
        variance = float((self._sum(self._weights * deviations) ** 2).sum())
        number = (rate * (1 - rate) + self._largest) / (variance + self._largest**2)
        return MeanRate(rate, min(number, float(sum(self.sizes))))

    def _sum(self, values: Floats) -> Floats:
        """Return the sum of inputs' values by source."""
        return np.bincount(self._index, values, self._sources).astype(np.float64)
