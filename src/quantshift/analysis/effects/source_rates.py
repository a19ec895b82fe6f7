"""Disagreement rates by source, from which the findings are computed.

A source group holds sources that some test sets share. Different groups have no sources in common, so they are
independent. The first group belongs to the clean test set and includes its shifted copies. Inputs that are not copies
of clean test inputs, such as those of a natural shift, form other groups.
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
class SourceGroup:
    """The contributions of sources to mean disagreement rates, for the test sets that share these sources.

    A suite's mean rate is the unweighted mean over its test sets of the unweighted mean over a set's sources. A source
    that occurs several times in a test set counts once, with its mean. The contributions of all sources add up to the
    suite's mean rate.

    Attributes:
        sources: int64 [n], sorted, distinct.
        rates: by suite, [n], each source's contribution to the suite's mean disagreement rate, or to a difference of
            such rates; 0 if no test set of the suite contains the source.
        exposures: by suite, [n], the contribution of a source that disagrees everywhere.
    """

    sources: NDArray[np.int64]
    rates: dict[str, Rates]
    exposures: dict[str, Rates]

    def total(self, weights: Mapping[str, float]) -> tuple[Rates, Rates]:
        """Return the weighted sums over suites of the contributions and of the exposures, each [n].

        Args:
            weights: by suite; suites that this group lacks are ignored.
        """
        rates, exposures = np.zeros((2, len(self.sources)))
        for suite in sorted(self.rates.keys() & weights.keys()):
            rates += weights[suite] * self.rates[suite]
            exposures += weights[suite] * self.exposures[suite]
        return rates, exposures


@dataclass(frozen=True)
class DisagreementRates:
    """The disagreement rates of one model and variant on all test sets, by source group.

    Attributes:
        groups: the source groups; the first one belongs to the clean test set.
        shifts: by suite, the names of its shifts.
        sets: by suite, the number of its test sets.
    """

    groups: tuple[SourceGroup, ...]
    shifts: dict[str, tuple[str, ...]]
    sets: dict[str, int]

    @property
    def suites(self) -> tuple[str, ...]:
        """The names of the shifted suites, sorted."""
        return tuple(sorted(set(self.shifts) - {CLEAN}))


def read(path: str | os.PathLike[str], *, ties: bool = True) -> DisagreementRates:
    """Return the disagreement rates by source from an archive of masks (see quantshift.analysis.masks).

    Args:
        path: the archive.
        ties: whether a tie of the variant's two largest logits counts as a disagreement where the answer differs.

    Raises:
        QuantshiftError: the file is missing or damaged, or has no clean test set.
    """
    try:
        return from_masks([mask if ties else mask.without_ties() for mask in archive.read(path)])
    except ValueError as error:
        raise damaged(path, "an archive of disagreements", error) from error


def from_masks(masks: Sequence[Mask]) -> DisagreementRates:
    """Return the disagreement rates by source of one model and variant.

    Raises:
        QuantshiftError: there is no clean test set.
    """
    clean = [mask for mask in masks if mask.suite == CLEAN]
    if not clean:
        raise QuantshiftError("there is no clean test set (suite `clean`) to compare the shifted test sets with")
    grouped: list[tuple[NDArray[np.int64], list[Mask]]] = []
    for mask in [*clean, *(mask for mask in masks if mask.suite != CLEAN)]:
        sources, members = np.unique(mask.sources), [mask]
        disjoint = []
        for other_sources, other_masks in grouped:
            if np.array_equal(other_sources, sources) or np.isin(sources, other_sources).any():
                sources, members = np.union1d(other_sources, sources), [*members, *other_masks]
            else:
                disjoint.append((other_sources, other_masks))
        is_clean = any(member.suite == CLEAN for member in members)
        grouped = [(sources, members), *disjoint] if is_clean else [*disjoint, (sources, members)]
    shifts: dict[str, dict[str, None]] = {}
    sets: dict[str, int] = {}
    for mask in masks:
        shifts.setdefault(mask.suite, {})[mask.shift] = None
        sets[mask.suite] = sets.get(mask.suite, 0) + 1
    groups = tuple(_group(sources, members, sets) for sources, members in grouped)
    return DisagreementRates(groups, {suite: tuple(names) for suite, names in shifts.items()}, sets)


def combine(models: Sequence[DisagreementRates], weights: Sequence[float]) -> DisagreementRates:
    """Return the weighted sum, source by source, of the rates of models that were tested on the same inputs.

    Raises:
        QuantshiftError: the inputs differ.
    """
    first = models[0]
    for other in models[1:]:
        same = first.sets == other.sets and len(first.groups) == len(other.groups)
        same = same and all(
            np.array_equal(a.sources, b.sources) for a, b in zip(first.groups, other.groups, strict=True)
        )
        if not same:
            raise QuantshiftError(
                "models of one data set were tested on different inputs: delete results/comparisons and repeat the "
                "run with one config for all of them"
            )
    groups = []
    for index, group in enumerate(first.groups):
        rates = {
            suite: sum(
                (weight * model.groups[index].rates[suite] for model, weight in zip(models, weights, strict=True)),
                np.zeros(len(group.sources)),
            )
            for suite in group.rates
        }
        groups.append(SourceGroup(group.sources, rates, group.exposures))
    return DisagreementRates(tuple(groups), first.shifts, first.sets)


def _group(sources: NDArray[np.int64], masks: Sequence[Mask], sets: Mapping[str, int]) -> SourceGroup:
    rates: dict[str, Rates] = {}
    exposures: dict[str, Rates] = {}
    for mask in masks:
        indices = np.searchsorted(sources, mask.sources)
        occurrences = np.bincount(indices, minlength=len(sources)).astype(np.float64)
        hits = np.bincount(indices, weights=mask.disagrees, minlength=len(sources)).astype(np.float64)
        present = occurrences > 0
        weight = 1 / (int(present.sum()) * sets[mask.suite])
        zeros = np.zeros(len(sources))
        # A source that occurs twice in a test set counts once, with its mean.
        rates[mask.suite] = rates.get(mask.suite, zeros) + weight * hits / np.maximum(occurrences, 1.0)
        exposures[mask.suite] = exposures.get(mask.suite, zeros) + weight * present
    return SourceGroup(sources, rates, exposures)
