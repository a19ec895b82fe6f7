"""The outcomes of the decision about the shifted data as a whole, on simulated studies."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from quantshift.analysis.statistics.intervals import wilson
from quantshift.analysis.statistics.mean_rate import SharedSources
from simulated_studies.designs import Design
from simulated_studies.findings import Outcome
from simulated_studies.inputs import Truth


def decision(sizes: Sequence[Design], truth: Truth, random: np.random.Generator) -> Iterator[Outcome]:
    """Simulate the decision about one model and variant of each data set, at a confidence of 95 %.

    Without an effect, the accepted rate is the true mean rate, so that both answers are wrong: "ship" and "do not
    ship". With an effect, twice the true rate is accepted. Rates of test sets range from 0 to three times their mean.
    """
    accepted = truth.rate * (2 if truth.effect else 1)
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
        low, high = (float(limit) for limit in wilson(mean.rate * mean.effective_inputs, mean.effective_inputs, 0.95))
        decided = high <= accepted or low > accepted
        yield Outcome("shifted data", design.dataset, decided, low <= truth.rate <= high, (high - low) / 2)


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
