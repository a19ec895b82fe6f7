"""Differences of disagreement rates, as sums of the contributions of sources."""

from collections.abc import Mapping, Sequence

import numpy as np

from quantshift.analysis.effects.contributions import Contributions, Exposure
from quantshift.analysis.effects.source_rates import CLEAN, DisagreementRates


def shifted_minus_clean(rates: DisagreementRates, suites: Sequence[str]) -> Contributions:
    """Return the suites' mean disagreement rate minus that of the clean test set.

    Suites have equal weight, as do the test sets of a suite and the sources of a test set. The clean rate covers all
    clean inputs, with or without shifted copies. A clean input and all its copies are one source; natural shifts have
    other sources.
    """
    parts = []
    weights = {suite: 1 / len(suites) for suite in suites}
    for index, group in enumerate(rates.groups):
        shifted, exposed = group.total(weights)
        clean, clean_exposed = group.total({CLEAN: 1.0} if index == 0 else {})
        seen = (exposed > 0) | (clean_exposed > 0)
        if seen.any():
            raising, lowering = Exposure.of(exposed[seen]), Exposure.of(clean_exposed[seen])
            parts.append(Contributions((shifted - clean)[seen], raising, lowering))
    return joined(parts, [1.0] * len(parts))


def over_all_sets(difference: DisagreementRates) -> Contributions:
    """Return the mean over all test sets, including the clean one, with equal weights.

    Args:
        difference: differences of the rates of models that saw the same inputs (see `source_rates.combine`).
    """
    total = sum(difference.sets.values())
    weights: Mapping[str, float] = {suite: count / total for suite, count in difference.sets.items()}
    parts = []
    for group in difference.groups:
        values, exposed = group.total(weights)
        parts.append(Contributions(values, Exposure.of(exposed), Exposure.of(exposed)))
    return joined(parts, [1.0] * len(parts))


def joined(effects: Sequence[Contributions], weights: Sequence[float]) -> Contributions:
    """Return the weighted sum of effects that have no sources in common."""
    pairs = list(zip(effects, weights, strict=True))
    sides = (
        Exposure(
            sum(weight * side.total for weight, side in sides),
            sum(weight**2 * side.squares for weight, side in sides),
        )
        for sides in (
            [(weight, effect.raising) for effect, weight in pairs],
            [(weight, effect.lowering) for effect, weight in pairs],
        )
    )
    return Contributions(np.concatenate([weight * effect.values for effect, weight in pairs]), *sides)


def averaged(effects: Sequence[Contributions]) -> Contributions:
    """Return the mean of effects that have no sources in common, such as those of several data sets."""
    return joined(effects, [1 / len(effects)] * len(effects))
