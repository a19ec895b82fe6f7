"""Differences of disagreement rates, as contributions of the sources that they were counted on."""

from collections.abc import Mapping, Sequence

import numpy as np

from quantshift.analysis.effects.contributions import Contributions, Exposure
from quantshift.analysis.effects.pools import CLEAN, Pools


def shifted_minus_clean(pools: Pools, suites: Sequence[str]) -> Contributions:
    """Return the suites' mean disagreement rate minus that of the clean test set.

    Every suite has the same weight, within a suite every test set, and within a test set every source. The clean rate
    is that of all clean inputs, whether they have shifted copies or not. A clean input and all its copies are one
    source; the sources of natural shifts are others.
    """
    parts = []
    weights = {suite: 1 / len(suites) for suite in suites}
    for place, pool in enumerate(pools.pools):
        shifted, exposed = pool.total(weights)
        clean, clean_exposed = pool.total({CLEAN: 1.0} if place == 0 else {})
        seen = (exposed > 0) | (clean_exposed > 0)
        if seen.any():
            raising, lowering = Exposure.of(exposed[seen]), Exposure.of(clean_exposed[seen])
            parts.append(Contributions((shifted - clean)[seen], raising, lowering))
    return joined(parts, [1.0] * len(parts))


def over_all_sets(difference: Pools) -> Contributions:
    """Return the mean over all test sets, the clean one among them and each with the same weight.

    Args:
        difference: differences of the rates of models that saw the same inputs (see `pools.combine`).
    """
    total = sum(difference.sets.values())
    weights: Mapping[str, float] = {suite: count / total for suite, count in difference.sets.items()}
    parts = []
    for pool in difference.pools:
        values, exposed = pool.total(weights)
        parts.append(Contributions(values, Exposure.of(exposed), Exposure.of(exposed)))
    return joined(parts, [1.0] * len(parts))


def joined(parts: Sequence[Contributions], weights: Sequence[float]) -> Contributions:
    """Return the weighted sum of effects of different sources."""
    pairs = list(zip(parts, weights, strict=True))
    sides = (
        Exposure(
            sum(weight * side.total for weight, side in sides),
            sum(weight**2 * side.squares for weight, side in sides),
        )
        for sides in (
            [(weight, part.raising) for part, weight in pairs],
            [(weight, part.lowering) for part, weight in pairs],
        )
    )
    return Contributions(np.concatenate([weight * part.values for part, weight in pairs]), *sides)


def averaged(parts: Sequence[Contributions]) -> Contributions:
    """Return the mean of effects of different sources, such as those of several data sets."""
    return joined(parts, [1 / len(parts)] * len(parts))
