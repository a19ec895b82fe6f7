"""Disagreement rates by source: what the findings are computed from.

A pool is a set of sources that some test sets share; different pools have no source in common, so that they are
independent. The first pool is that of the clean test set: its shifted copies belong to it. Inputs that were not made
from the clean test set, such as a natural shift's, make pools of their own.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from quantshift.analysis import masks as archive
from quantshift.analysis.masks import Mask
from quantshift.core.errors import QuantshiftError
from quantshift.core.model_id import ModelId
from quantshift.storage.files import damaged

CLEAN = "clean"
Rates = NDArray[np.float64]


class Cell(NamedTuple):
    """The names of one model and variant."""

    dataset: str
    architecture: str
    method: str
    seed: int
    variant: str

    @property
    def model(self) -> ModelId:
        """The id of the model."""
        return ModelId(*self[:4])


@dataclass(frozen=True)
class Pool:
    """Contributions of sources to mean disagreement rates, for the test sets that share these sources.

    A suite's mean rate is the mean over its test sets, each with the same weight, of the mean over a set's sources,
    each with the same weight; a source that a test set holds several times counts as one, with its mean. A source's
    contribution is its part of that: the contributions of all sources add up to the rate.

    Attributes:
        sources: int64 [n], sorted, distinct.
        rates: by suite, [n], each source's contribution to the suite's mean disagreement rate, or to a difference of
            such rates; 0 where no test set of the suite holds the source.
        exposures: by suite, [n], the contribution that the source would have if it disagreed everywhere.
    """

    sources: NDArray[np.int64]
    rates: dict[str, Rates]
    exposures: dict[str, Rates]

    def total(self, weights: Mapping[str, float]) -> tuple[Rates, Rates]:
        """Return the weighted sums over suites of the contributions and of the exposures, each [n].

        Args:
            weights: by suite; suites that this pool lacks are passed over.
        """
        rates, exposures = np.zeros((2, len(self.sources)))
        for suite in sorted(self.rates.keys() & weights.keys()):
            rates += weights[suite] * self.rates[suite]
            exposures += weights[suite] * self.exposures[suite]
        return rates, exposures


@dataclass(frozen=True)
class Pools:
    """All test sets of one data set, by pool.

    Attributes:
        pools: the first one is the clean test set's.
        shifts: the names of each suite's shifts.
        sets: the number of each suite's test sets.
    """

    pools: tuple[Pool, ...]
    shifts: dict[str, tuple[str, ...]]
    sets: dict[str, int]

    @property
    def suites(self) -> tuple[str, ...]:
        """The names of the shifted suites, sorted."""
        return tuple(sorted(set(self.shifts) - {CLEAN}))


def read(path: str | os.PathLike[str], *, ties: bool = True) -> Pools:
    """Return the disagreement rates by source from an archive of masks (see quantshift.analysis.masks).

    Args:
        path: the archive.
        ties: whether a tie of the variant's two largest logits counts as a disagreement where the answer differs.

    Raises:
        QuantshiftError: the file is missing or damaged, or has no clean test set.
    """
    try:
        return gather([mask if ties else mask.without_ties() for mask in archive.read(path)])
    except ValueError as error:
        raise damaged(path, "an archive of disagreements", error) from error


def gather(masks: Sequence[Mask]) -> Pools:
    """Return the disagreement rates by source of one model and variant.

    Raises:
        QuantshiftError: there is no clean test set.
    """
    clean = [mask for mask in masks if mask.suite == CLEAN]
    if not clean:
        raise QuantshiftError(
            "there is no clean test set (suite `clean`): shifted test sets have nothing to be held to"
        )
    members: list[tuple[NDArray[np.int64], list[Mask]]] = []
    for mask in [*clean, *(mask for mask in masks if mask.suite != CLEAN)]:
        sources, held = np.unique(mask.sources), [mask]
        apart = []
        for other, others in members:
            if np.array_equal(other, sources) or np.isin(sources, other).any():
                sources, held = np.union1d(other, sources), [*held, *others]
            else:
                apart.append((other, others))
        first = any(other.suite == CLEAN for other in held)
        members = [(sources, held), *apart] if first else [*apart, (sources, held)]
    shifts: dict[str, dict[str, None]] = {}
    sets: dict[str, int] = {}
    for mask in masks:
        shifts.setdefault(mask.suite, {})[mask.shift] = None
        sets[mask.suite] = sets.get(mask.suite, 0) + 1
    pools = tuple(_pool(sources, held, sets) for sources, held in members)
    return Pools(pools, {suite: tuple(names) for suite, names in shifts.items()}, sets)


def combine(models: Sequence[Pools], weights: Sequence[float]) -> Pools:
    """Return the weighted sum, source by source, of the rates of models that were tested on the same inputs.

    Raises:
        QuantshiftError: the inputs differ.
    """
    first = models[0]
    for other in models[1:]:
        same = first.sets == other.sets and len(first.pools) == len(other.pools)
        same = same and all(np.array_equal(a.sources, b.sources) for a, b in zip(first.pools, other.pools, strict=True))
        if not same:
            raise QuantshiftError(
                "models of one data set were tested on different inputs: delete results/comparisons and run snakemake "
                "again with one config for all of them"
            )
    pools = []
    for index, pool in enumerate(first.pools):
        rates = {
            suite: sum(
                (weight * model.pools[index].rates[suite] for model, weight in zip(models, weights, strict=True)),
                np.zeros(len(pool.sources)),
            )
            for suite in pool.rates
        }
        pools.append(Pool(pool.sources, rates, pool.exposures))
    return Pools(tuple(pools), first.shifts, first.sets)


def _pool(sources: NDArray[np.int64], masks: Sequence[Mask], sets: Mapping[str, int]) -> Pool:
    rates: dict[str, Rates] = {}
    exposures: dict[str, Rates] = {}
    for mask in masks:
        places = np.searchsorted(sources, mask.sources)
        seen = np.bincount(places, minlength=len(sources)).astype(np.float64)
        hits = np.bincount(places, weights=mask.disagrees, minlength=len(sources)).astype(np.float64)
        held = seen > 0
        share = 1 / (int(held.sum()) * sets[mask.suite])
        nothing = np.zeros(len(sources))
        # An input that occurs twice in a test set counts as one, with its mean.
        rates[mask.suite] = rates.get(mask.suite, nothing) + share * hits / np.maximum(seen, 1.0)
        exposures[mask.suite] = exposures.get(mask.suite, nothing) + share * held
    return Pool(sources, rates, exposures)
