"""Finding 4: retraining with a model's disagreements removes few of them (arXiv 2204.04220, RQ4).

"Few" means less than half, net. The effect is the number of disagreements after retraining divided by the number
before, minus one half. New disagreements count like old ones that persist, and an effect above 0 supports the finding.
One half is the midpoint between none and all removed. The models and variants of a scope are counted together; data
sets have equal weight. A scope without disagreements before retraining has nothing to remove and gets no claim. Over
several data sets, those with few disagreements before do not count, because their ratios would outweigh all others:
eleven disagreements after a single one are 1,100 %.

The verdict comes from the protocol `held_out`; its claims have the same scopes as the claims of other findings. The
scopes of two other protocols end with the protocol's name. `published` counts on inputs that joined the training.
`control` trains for as long as `held_out` without the disagreements and counts the same inputs, because retraining also
trains a model for longer. `against_control` compares `held_out` with `control`: its effect is the share of the
disagreements before that `held_out` removes beyond the control, and is above 0 where the added disagreements helped.
Models that a retraining ruined do not count (`usable`). Wider scopes
leave them out with all their seeds, because seeds replicate each other only with the same models.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from quantshift.analysis.effects import contrast, contributions
from quantshift.analysis.effects.claims import Claim
from quantshift.analysis.effects.contributions import Contributions
from quantshift.analysis.effects.effect import Average, Effect
from quantshift.analysis.effects.ratio import HALF, Left
from quantshift.analysis.effects.replication import over_seeds, replicated
from quantshift.analysis.effects.scopes import (
    WIDER_LEVELS,
    grouped,
    known_with_every_seed,
    mean_of_known,
    models_of,
    over_all,
    replicates,
)
from quantshift.analysis.retrained import BeforeAndAfter, Cell
from quantshift.analysis.statistics.estimate import Estimate
from quantshift.core.errors import QuantshiftError
from quantshift.core.model_id import ModelId
from quantshift.core.names import CONTROL, HELD_OUT, PUBLISHED

FINDING = 4
# Beside others, a data set has to have this many sources with disagreements before, with each seed.
FEWEST = 10
# The study retrained models of standard training.
PUBLISHED_METHOD = "standard"
AGAINST_CONTROL = "against_control"
FIELDS: dict[str, tuple[str, ...]] = {"cell": ("dataset", "architecture", "method", "variant"), **WIDER_LEVELS}
# What a claim of each protocol states.
COUNTED = {
    HELD_OUT: "retraining with disagreements removes less than half of them, net of new ones "
    "(counted on held-out inputs)",
    PUBLISHED: "retraining with disagreements removes less than half of them, net of new ones "
    "(counted on the inputs that joined the training, which leaks)",
    CONTROL: "training for as long without the disagreements removes less than half of them, net of new ones",
    AGAINST_CONTROL: "retraining with disagreements leaves fewer of them than training for as long without them",
}

# Disagreements (before, after) by (dataset, architecture, our variant).
Published = Mapping[tuple[str, str, str], tuple[int, int]]


def claims(
    models: Mapping[Cell, BeforeAndAfter], published: Published, unlearned: Collection[ModelId] = ()
) -> list[Claim]:
    """Return the finding's claims: per model and variant, architecture and data set, and over everything.

    Args:
        models: disagreements before and after, of each retrained model and variant.
        published: the published study's counts (quantshift.studies.arxiv_2204_04220.published_tables.retraining).
        unlearned: the models that had not learned before; a claim over everything leaves them out.
    """
    counted = sorted(models)
    compared = [
        cell._replace(protocol=AGAINST_CONTROL)
        for cell in counted
        if cell.protocol == HELD_OUT and cell._replace(protocol=CONTROL) in models
    ]
    usable = {cell for cell in (*counted, *compared) if all(one.usable for one in _counted(models, cell))}
    lost = {cell: [cell.model] for cell in (*counted, *compared) if cell.model in unlearned}
    found = []
    for level, fields in FIELDS.items():
        for (protocol, *names), members in grouped([*counted, *compared], ("protocol", *fields)).items():
            learned, left_out = over_all(level, members, lost)
            cells = known_with_every_seed(learned, usable)
            effect = estimated(models, cells) if cells else None
            if effect is None:
                continue
            parts = dict(zip(fields, names, strict=True))
            found.append(
                Claim(
                    finding=FINDING,
                    level=level,
                    scope="/".join([*(names or [level]), *([] if protocol == HELD_OUT else [protocol])]),
                    statement=f"{_about(level, parts)}: {COUNTED[protocol]}",
                    estimate=effect,
                    **parts,
                    published_effect=_published(cells, published) if protocol == PUBLISHED else None,
                    without_ties=None,
                    family="" if protocol == HELD_OUT else protocol,
                    left_out=left_out,
                )
            )
    return found


def estimated(models: Mapping[Cell, BeforeAndAfter], cells: Sequence[Cell]) -> Estimate | None:
    """Return the effect over the seeds in which there was something to remove, or None."""
    counted = {cell: _counted(models, cell)[0] for cell in cells}
    by_dataset = grouped(cells, ("dataset",)).values()
    found = [members for members in by_dataset if _fewest_sources(models, members) >= FEWEST]
    cells = [cell for members in found for cell in members] or cells
    sets = grouped(cells, ("dataset", "seed")).values()
    countable = {cell for members in sets if any(counted[cell].before.any() for cell in members) for cell in members}
    if not countable:
        return None
    by_seed = [members for _, members in replicates(known_with_every_seed(cells, countable))]
    if cells[0].protocol == AGAINST_CONTROL:
        return replicated(by_seed, lambda seeds: _against_control(models, seeds))
    left = replicated(by_seed, lambda seeds: _left(models, seeds))
    # No less than nothing is left.
    return replace(left, low=max(left.low, -HALF))


def _fewest_sources(models: Mapping[Cell, BeforeAndAfter], cells: Sequence[Cell]) -> int:
    """Return how many sources of one data set have disagreements before, with the seed that has the fewest of them."""
    return min(int((_sums(models, members)[0] > 0).sum()) for members in grouped(cells, ("seed",)).values())


def _left(models: Mapping[Cell, BeforeAndAfter], by_seed: Sequence[Sequence[Cell]]) -> Effect:
    """Return the share that is left, minus one half, averaged over data sets."""

    def effect(cells: Sequence[Cell]) -> Effect:
        parts = []
        for members in grouped(cells, ("dataset",)).values():
            before, after, possible = _sums(models, members)
            parts.append(Left(before, after[0], possible))
        return Average(parts)

    def pool(effects: Sequence[Effect]) -> tuple[Effect, float]:
        # Assume that the seeds share all of the error that comes from the inputs.
        return effect([cell for members in by_seed for cell in members]), 1.0

    return over_seeds([effect(members) for members in by_seed], pool)


def _against_control(models: Mapping[Cell, BeforeAndAfter], by_seed: Sequence[Sequence[Cell]]) -> Effect:
    """Return the share of the disagreements that is removed beyond the control, averaged over data sets."""

    def effect(cells: Sequence[Cell]) -> Contributions:
        parts = []
        for members in grouped(cells, ("dataset",)).values():
            before, (held_out, control), _ = _sums(models, members)
            values = (control - held_out) / before.sum()
            largest = float(max(held_out.max(), control.max(), 1.0)) / float(before.sum())
            parts.append(Contributions.alike(values, largest))
        return contrast.averaged(parts)

    return over_seeds([effect(members) for members in by_seed], contributions.pooled)


def _counted(models: Mapping[Cell, BeforeAndAfter], cell: Cell) -> list[BeforeAndAfter]:
    """Return the counts of a cell's claim: one, or those of `held_out` and `control` where it compares the two."""
    if cell.protocol != AGAINST_CONTROL:
        return [models[cell]]
    return [models[cell._replace(protocol=protocol)] for protocol in (HELD_OUT, CONTROL)]


def _sums(
    models: Mapping[Cell, BeforeAndAfter], cells: Sequence[Cell]
) -> tuple[NDArray[np.float64], list[NDArray[np.float64]], float]:
    """Return disagreements of one data set's models by source: before, after (a list), and the largest possible sum."""
    counted = [_counted(models, cell) for cell in cells]
    sources = counted[0][0].sources
    if any(not np.array_equal(one.sources, sources) for several in counted for one in several):
        raise QuantshiftError(
            f"retrained models of {cells[0].dataset} were counted on different inputs: delete results/retraining "
            "and run snakemake again with one config for all of them"
        )
    _, places = np.unique(sources, return_inverse=True)

    def by_source(masks: Sequence[NDArray[np.bool_]]) -> NDArray[np.float64]:
        return np.bincount(places, weights=np.sum(masks, axis=0)).astype(np.float64)

    before = by_source([several[0].before for several in counted])
    after = [by_source([several[place].after for several in counted]) for place in range(len(counted[0]))]
    return before, after, float(len(sources) * len(cells))


def _published(cells: Sequence[Cell], published: Published) -> float | None:
    """Return the study's effect over the same models and variants as far as it has them."""
    counted: dict[str, dict[tuple[str, str, str], tuple[int, int]]] = {}
    for cell in cells:
        key = cell.dataset, cell.architecture, cell.variant
        if cell.method == PUBLISHED_METHOD and key in published:
            counted.setdefault(cell.dataset, {})[key] = published[key]
    sums = [np.sum(list(pairs.values()), axis=0) for pairs in counted.values()]
    return mean_of_known([float(after / before) - HALF if before else None for before, after in sums])


def _about(level: str, parts: Mapping[str, str]) -> str:
    if level == "overall":
        return f"Over all data sets with {FEWEST} or more inputs that disagreed before"
    return models_of(level, parts)
