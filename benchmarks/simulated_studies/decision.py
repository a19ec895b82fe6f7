"""The outcomes of the decision about the shifted data as a whole, on simulated studies."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from quantshift.analysis.statistics.intervals import one_sided
from quantshift.analysis.statistics.mean_rate import SharedSources
from simulated_studies.designs import Design
from simulated_studies.findings import Outcome
from simulated_studies.inputs import Truth


def decision(sizes: Sequence[Design], truth: Truth, random: np.random.Generator) -> Iterator[Outcome]:
    """Simulate the decision about one model and variant of each data set, at a confidence of 95 %.

    Without an effect, the accepted rate is the true mean rate: just beyond it, "ship" or "do not ship" is wrong. With
    an effect, twice the true rate is accepted for "ship", and half of it for "do not ship". Rates of test sets range
    from 0 to three times their mean.
    """
    factor = 2 if truth.effect else 1
    for design in sizes:
        sources = list(_sources(design, random))
        if not sources:
            continue
        levels = np.linspace(0.0, 1.0, len(sources)) ** 2 + 1e-9
        rates = truth.rate * levels / levels.mean()
        # How prone each source is, and each copy of it.
        prone = np.sqrt(truth.share) * random.standard_normal(max(int(ids.max()) for ids in sources) + 1)
        events = [
            prone[ids] + np.sqrt(1 - truth.share) * random.standard_normal(len(ids)) < ndtri(rate)
            for ids, rate in zip(sources, rates, strict=True)
        ]
        mean = SharedSources(sources).mean_rate(events)
        n = mean.effective_inputs
        low, high = (float(limit) for limit in one_sided(mean.rate * n, n, 0.95))
        shipped, withheld = high <= truth.rate * factor, low > truth.rate / factor
        yield Outcome("ship, shifted data", design.dataset, shipped, truth.rate <= high, high - mean.rate)
        yield Outcome("do not ship, shifted data", design.dataset, withheld, low <= truth.rate, mean.rate - low)


def _sources(design: Design, random: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    """Yield the sources of each shifted test set [n]; the severities of a shift have the same."""
    order = random.permutation(design.clean)
    for _, severities, count in design.shifts:
        window = order[(random.integers(design.clean) + np.arange(count)) % design.clean]
        yield from [window] * severities
    first = design.clean
    for _, count in design.natural:
        yield np.arange(first, first + count)
        first += count
