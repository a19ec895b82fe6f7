"""Finding 4: retraining with a model's disagreements removes few of them (arXiv 2204.04220, RQ4).

"Few" means less than half, net. The effect is the number of disagreements after retraining divided by the number
before, minus one half. New disagreements count like old ones that persist, and an effect above 0 supports the finding.
One half is the midpoint between none and all removed. The models and variants of a scope are counted together; data
sets have equal weight. A scope without disagreements before retraining has nothing to remove and gets no claim. Over
several data sets, those with few disagreements before are ignored, because their ratios would dominate: eleven
disagreements after a single one are 1,100 %.

The verdict comes from the protocol `held_out`; its claims have the same scopes as the claims of other findings. The
scopes of two other protocols end with the protocol's name. `published` counts on inputs that were used for retraining.
`control` trains as long as `held_out` but without the disagreements, and counts the same inputs, because retraining
also trains a model for longer. `against_control` compares `held_out` with `control`: its effect is the fraction of the
disagreements before that `held_out` removes in excess of the control; it is above 0 if the added disagreements help.
Models that retraining ruined are excluded (`usable`), in wider scopes with all their seeds, because seeds replicate
each other only with the same models.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from quantshift.analysis.effects import contrast, contributions
from quantshift.analysis.effects.claims import Claim
from quantshift.analysis.effects.contributions import Contributions
from quantshift.analysis.effects.effect import Average, Effect
from quantshift.analysis.effects.ratio import HALF, RemainingRatio
from quantshift.analysis.effects.replication import over_seeds, replicated
from quantshift.analysis.effects.scopes import (
    WIDER_LEVELS,
    complete_over_seeds,
    describe_models,
    grouped,
    mean_of_available,
    replicates,
    select_learned,
)
from quantshift.analysis.retrained import BeforeAndAfter, Cell
from quantshift.analysis.statistics.estimate import Estimate
from quantshift.core.errors import QuantshiftError
from quantshift.core.model_id import ModelId
from quantshift.core.names import CONTROL, HELD_OUT, PUBLISHED

FINDING = 4
# In a scope of several data sets, each must have this many sources with disagreements before, with every seed.
FEWEST = 10
# The published study retrained models from standard training.
PUBLISHED_METHOD = "standard"
AGAINST_CONTROL = "against_control"
FIELDS: dict[str, tuple[str, ...]] = {"cell": ("dataset", "architecture", "method", "variant"), **WIDER_LEVELS}
# The statement of a claim, by protocol.
STATEMENTS = {
    HELD_OUT: "retraining with disagreements removes less than half of them, net of new ones "
    "(counted on held-out inputs)",
    PUBLISHED: "retraining with disagreements removes less than half of them, net of new ones "
    "(counted on the inputs that were used for retraining, which leaks)",
    CONTROL: "training equally long without the disagreements removes less than half of them, net of new ones",
    AGAINST_CONTROL: "retraining with disagreements leaves fewer of them than training equally long without them",
}

# Disagreements (before, after) by (dataset, architecture, our variant).
Published = Mapping[tuple[str, str, str], tuple[int, int]]


def claims(
    models: Mapping[Cell, BeforeAndAfter], published: Published, unlearned: Collection[ModelId] = ()
) -> list[Claim]:
    """Return the finding's claims: per model and variant, architecture, data set, and overall.

    Args:
        models: disagreements before and after, by retrained model and variant.
        published: the published study's counts (quantshift.studies.arxiv_2204_04220.published_tables.retraining).
        unlearned: models that had not learned before retraining; claims over all data sets leave them out.
    """
    counted = sorted(models)
    compared = [
        cell._replace(protocol=AGAINST_CONTROL)
        for cell in counted
        if cell.protocol == HELD_OUT and cell._replace(protocol=CONTROL) in models
    ]
    usable = {cell for cell in (*counted, *compared) if all(pair.usable for pair in _pairs(models, cell))}
    excluded = {cell: [cell.model] for cell in (*counted, *compared) if cell.model in unlearned}
    tested = []
    for level, fields in FIELDS.items():
        for (protocol, *names), members in grouped([*counted, *compared], ("protocol", *fields)).items():
            learned, left_out = select_learned(level, members, excluded)
            cells = complete_over_seeds(learned, usable)
            effect = estimated(models, cells) if cells else None
            if effect is None:
                continue
            scope = dict(zip(fields, names, strict=True))
            tested.append(
                Claim(
                    finding=FINDING,
                    level=level,
                    scope="/".join([*(names or [level]), *([] if protocol == HELD_OUT else [protocol])]),
                    statement=f"{_describe(level, scope)}: {STATEMENTS[protocol]}",
                    estimate=effect,
                    **scope,
                    published_effect=_published(cells, published) if protocol == PUBLISHED else None,
                    without_ties=None,
                    family="" if protocol == HELD_OUT else protocol,
                    left_out=left_out,
                )
            )
    return tested


def estimated(models: Mapping[Cell, BeforeAndAfter], cells: Sequence[Cell]) -> Estimate | None:
    """Return the effect over the seeds with disagreements to remove, or None if there are none."""
    first_pairs = {cell: _pairs(models, cell)[0] for cell in cells}
    by_dataset = grouped(cells, ("dataset",)).values()
    sufficient = [members for members in by_dataset if _fewest_sources(models, members) >= FEWEST]
    cells = [cell for members in sufficient for cell in members] or cells
    groups = grouped(cells, ("dataset", "seed")).values()
    countable = {
        cell for members in groups if any(first_pairs[cell].before.any() for cell in members) for cell in members
    }
    if not countable:
        return None
    by_seed = [members for _, members in replicates(complete_over_seeds(cells, countable))]
    if cells[0].protocol == AGAINST_CONTROL:
        return replicated(by_seed, lambda seeds: _against_control(models, seeds))
    remaining = replicated(by_seed, lambda seeds: _remaining(models, seeds))
    # The ratio cannot be negative.
    return replace(remaining, low=max(remaining.low, -HALF))


def _fewest_sources(models: Mapping[Cell, BeforeAndAfter], cells: Sequence[Cell]) -> int:
    """Return the number of sources of one data set with disagreements before, for the seed with the fewest."""
    return min(int((_sums(models, members)[0] > 0).sum()) for members in grouped(cells, ("seed",)).values())


def _remaining(models: Mapping[Cell, BeforeAndAfter], by_seed: Sequence[Sequence[Cell]]) -> Effect:
    """Return the ratio of the disagreements after to those before, minus one half, averaged over data sets."""

    def effect(cells: Sequence[Cell]) -> Effect:
        ratios = []
        for members in grouped(cells, ("dataset",)).values():
            before, after, possible = _sums(models, members)
            ratios.append(RemainingRatio(before, after[0], possible))
        return Average(ratios)

    def pool(effects: Sequence[Effect]) -> tuple[Effect, float]:
        # Assume that the seeds share the whole error due to the inputs.
        return effect([cell for members in by_seed for cell in members]), 1.0

    return over_seeds([effect(members) for members in by_seed], pool)


def _against_control(models: Mapping[Cell, BeforeAndAfter], by_seed: Sequence[Sequence[Cell]]) -> Effect:
    """Return the fraction of the disagreements removed in excess of the control, averaged over data sets."""

    def effect(cells: Sequence[Cell]) -> Contributions:
        differences = []
        for members in grouped(cells, ("dataset",)).values():
            before, (held_out, control), _ = _sums(models, members)
            values = (control - held_out) / before.sum()
            largest = float(max(held_out.max(), control.max(), 1.0)) / float(before.sum())
            differences.append(Contributions.with_equal_exposure(values, largest))
        return contrast.averaged(differences)

    return over_seeds([effect(members) for members in by_seed], contributions.pooled)


def _pairs(models: Mapping[Cell, BeforeAndAfter], cell: Cell) -> list[BeforeAndAfter]:
    """Return the masks for a cell's claim: one pair, or those of `held_out` and `control` if it compares the two."""
    if cell.protocol != AGAINST_CONTROL:
        return [models[cell]]
    return [models[cell._replace(protocol=protocol)] for protocol in (HELD_OUT, CONTROL)]


def _sums(
    models: Mapping[Cell, BeforeAndAfter], cells: Sequence[Cell]
) -> tuple[NDArray[np.float64], list[NDArray[np.float64]], float]:
    """Return one data set's disagreements by source before and after (a list), and the largest possible sum."""
    pairs = [_pairs(models, cell) for cell in cells]
    sources = pairs[0][0].sources
    if any(not np.array_equal(pair.sources, sources) for of_cell in pairs for pair in of_cell):
        raise QuantshiftError(
            f"retrained models of {cells[0].dataset} were counted on different inputs: delete results/retraining "
            "and repeat the run with one config for all of them"
        )
    _, source_indices = np.unique(sources, return_inverse=True)

    def by_source(masks: Sequence[NDArray[np.bool_]]) -> NDArray[np.float64]:
        return np.bincount(source_indices, weights=np.sum(masks, axis=0)).astype(np.float64)

    before = by_source([of_cell[0].before for of_cell in pairs])
    after = [by_source([of_cell[index].after for of_cell in pairs]) for index in range(len(pairs[0]))]
    return before, after, float(len(sources) * len(cells))


def _published(cells: Sequence[Cell], published: Published) -> float | None:
    """Return the study's effect over those of the models and variants that it includes."""
    counted: dict[str, dict[tuple[str, str, str], tuple[int, int]]] = {}
    for cell in cells:
        key = cell.dataset, cell.architecture, cell.variant
        if cell.method == PUBLISHED_METHOD and key in published:
            counted.setdefault(cell.dataset, {})[key] = published[key]
    sums = [np.sum(list(pairs.values()), axis=0) for pairs in counted.values()]
    return mean_of_available([float(after / before) - HALF if before else None for before, after in sums])


def _describe(level: str, scope: Mapping[str, str]) -> str:
    if level == "overall":
        return f"Over all data sets with {FEWEST} or more inputs that disagreed before"
    return describe_models(level, scope)
