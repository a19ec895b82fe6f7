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
from quantshift.errors import QuantshiftError
from quantshift.files import damaged

CLEAN = "clean"
Rates = NDArray[np.float64]


class Cell(NamedTuple):
    """The names of one model and variant."""

    dataset: str
    architecture: str
    method: str
    seed: int
    variant: str


@dataclass(frozen=True)
class Pool:
    """Rates of the test sets that share their sources.

    Attributes:
        sources: int64 [n], sorted, distinct.
        rates: by suite, [n]: a source's mean over the suite's test sets that hold it; NaN where none does. These are
            disagreement rates in 0..1, or differences of such rates.
        sets: by suite, the number of its test sets in this pool.
    """

    sources: NDArray[np.int64]
    rates: dict[str, Rates]
    sets: dict[str, int]

    def mean(self, weights: Mapping[str, float]) -> Rates:
        """Return the weighted mean over suites of each source's rates, [n]; NaN where none of them holds the source.

        Args:
            weights: by suite, above 0; suites that this pool lacks are passed over.
        """
        total, weight = np.zeros(len(self.sources)), np.zeros(len(self.sources))
        for suite in sorted(self.rates.keys() & weights.keys()):
            seen = ~np.isnan(self.rates[suite])
            total += np.where(seen, weights[suite] * self.rates[suite], 0.0)
            weight += weights[suite] * seen
        with np.errstate(invalid="ignore"):
            mean: Rates = total / weight
        return mean

    def contributions(self) -> Rates:
        """Return each source's share [n] of the mean rate over this pool's test sets; their plain mean is that mean.

        Test sets weigh the same however many sources they hold: a source of a suite that holds few counts for more.
        """
        total = sum(self.sets.values())
        parts = np.zeros(len(self.sources))
        for suite, count in sorted(self.sets.items()):
            held = int((~np.isnan(self.rates[suite])).sum())
            parts += count / total * len(self.sources) / held * np.nan_to_num(self.rates[suite])
        return parts


@dataclass(frozen=True)
class Pools:
    """All test sets of one data set, by pool.

    Attributes:
        pools: the first one is the clean test set's.
        shifts: the names of each suite's shifts.
    """

    pools: tuple[Pool, ...]
    shifts: dict[str, tuple[str, ...]]

    @property
    def suites(self) -> tuple[str, ...]:
        """The names of the shifted suites, sorted."""
        return tuple(sorted(set(self.shifts) - {CLEAN}))

    def sets(self, suite: str) -> int:
        """Return the number of test sets of a suite."""
        return sum(pool.sets.get(suite, 0) for pool in self.pools)


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
    for mask in masks:
        shifts.setdefault(mask.suite, {})[mask.shift] = None
    pools = tuple(_pool(sources, held) for sources, held in members)
    return Pools(pools, {suite: tuple(names) for suite, names in shifts.items()})


def combine(models: Sequence[Pools], weights: Sequence[float]) -> Pools:
    """Return the weighted sum, source by source, of the rates of models that were tested on the same inputs.

    Raises:
        QuantshiftError: the inputs differ.
    """
    first = models[0]
    for other in models[1:]:
        same = len(first.pools) == len(other.pools) and all(
            a.sets == b.sets and np.array_equal(a.sources, b.sources)
            for a, b in zip(first.pools, other.pools, strict=True)
        )
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
        pools.append(Pool(pool.sources, rates, pool.sets))
    return Pools(tuple(pools), first.shifts)


def _pool(sources: NDArray[np.int64], masks: Sequence[Mask]) -> Pool:
    sums: dict[str, Rates] = {}
    counts: dict[str, Rates] = {}
    sets: dict[str, int] = {}
    for mask in masks:
        places = np.searchsorted(sources, mask.sources)
        seen = np.bincount(places, minlength=len(sources)).astype(np.float64)
        hits = np.bincount(places, weights=mask.disagrees, minlength=len(sources)).astype(np.float64)
        # An input that occurs twice in a test set counts as one, with its mean.
        nothing = np.zeros(len(sources))
        sums[mask.suite] = sums.get(mask.suite, nothing) + hits / np.maximum(seen, 1.0)
        counts[mask.suite] = counts.get(mask.suite, nothing) + (seen > 0)
        sets[mask.suite] = sets.get(mask.suite, 0) + 1
    with np.errstate(invalid="ignore"):
        return Pool(sources, {suite: total / counts[suite] for suite, total in sums.items()}, sets)
