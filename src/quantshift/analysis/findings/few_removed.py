"""Finding 4: retraining with a model's disagreements removes few of them (arXiv 2204.04220, RQ4).

Few is less than half, net: the effect is the disagreements after retraining divided by those before, minus one half,
so that new ones count as old ones that stayed, and above 0 it is in the finding's favour. One half is the middle
between none and all removed. Models and variants of a scope are counted together, data sets weigh the same. Where
there was no disagreement before, there is nothing to be removed and no claim; and over several data sets those with
few do not count, whose ratios would outweigh all others: after a single one, eleven are 1,100 %.

The verdict is that of the protocol `held_out`, whose claims have the scopes that other findings have; those of
`published`, which counts on inputs that joined the training, have `published` at the end of theirs.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from quantshift.analysis.claims import Claim
from quantshift.analysis.estimate import Estimate
from quantshift.analysis.parts import LEAKING
from quantshift.analysis.ratio import HALF, Stratum, estimate
from quantshift.analysis.replication import replicated
from quantshift.analysis.retrained import BeforeAndAfter, Cell
from quantshift.analysis.scopes import WIDER_LEVELS, grouped, known_with_every_seed, mean_of_known, replicates
from quantshift.errors import QuantshiftError
from quantshift.seeds import generator

FINDING = 4
# Disagreements before that a data set has to have beside others.
FEWEST = 10
# The study retrained models of standard training.
PUBLISHED_METHOD = "standard"
FIELDS: dict[str, tuple[str, ...]] = {"cell": ("dataset", "architecture", "method", "variant"), **WIDER_LEVELS}

# Disagreements (before, after) by (dataset, architecture, our variant).
Published = Mapping[tuple[str, str, str], tuple[int, int]]


def claims(models: Mapping[Cell, BeforeAndAfter], published: Published) -> list[Claim]:
    """Return the finding's claims: per model and variant, architecture and data set, and over everything.

    Args:
        models: disagreements before and after, of each retrained model and variant.
        published: the published study's counts (quantshift.analysis.published.retraining).
    """
    found = []
    for level, fields in FIELDS.items():
        for (protocol, *names), cells in grouped(sorted(models), ("protocol", *fields)).items():
            scope = "/".join([*(names or [level]), *([protocol] if protocol == LEAKING else [])])
            estimated = _estimate(models, cells, (level, scope))
            if estimated is None:
                continue
            parts = dict(zip(fields, names, strict=True))
            found.append(
                Claim(
                    finding=FINDING,
                    level=level,
                    scope=scope,
                    statement=_statement(level, parts, protocol),
                    estimate=estimated,
                    **parts,
                    published_effect=_published(cells, published) if protocol == LEAKING else None,
                )
            )
    return found


def _estimate(models: Mapping[Cell, BeforeAndAfter], cells: Sequence[Cell], names: tuple[str, str]) -> Estimate | None:
    """Return the effect over the seeds in which there was something to remove, or None."""
    by_dataset = grouped(cells, ("dataset",)).values()
    found = [members for members in by_dataset if sum(models[cell].before.sum() for cell in members) >= FEWEST]
    cells = [cell for members in found for cell in members] or cells
    sets = grouped(cells, ("dataset", "seed")).values()
    countable = {cell for members in sets if any(models[cell].before.any() for cell in members) for cell in members}
    if not countable:
        return None
    replicated_cells = replicates(known_with_every_seed(cells, countable))
    known = [(seed, _strata(models, members)) for seed, members in replicated_cells]
    effects = [float(np.mean([stratum.effect for stratum in strata])) for _, strata in known]

    def by_inputs(index: int) -> Estimate:
        seed, strata = known[index]
        return estimate(strata, generator("finding", FINDING, *names, seed))

    return replicated(effects, by_inputs)


def _strata(models: Mapping[Cell, BeforeAndAfter], cells: Sequence[Cell]) -> list[Stratum]:
    """Return the disagreements of one seed by source, for each data set."""
    strata = []
    for members in grouped(cells, ("dataset",)).values():
        sources = models[members[0]].sources
        if any(not np.array_equal(models[cell].sources, sources) for cell in members):
            raise QuantshiftError(
                f"retrained models of {members[0].dataset} were counted on different inputs: delete results/retraining "
                "and run snakemake again with one config for all of them"
            )
        _, places = np.unique(sources, return_inverse=True)
        sums = [np.sum([getattr(models[cell], when) for cell in members], axis=0) for when in ("before", "after")]
        before, after = (np.bincount(places, weights=total).astype(np.float64) for total in sums)
        strata.append(Stratum(before, after))
    return strata


def _published(cells: Sequence[Cell], published: Published) -> float | None:
    """Return the study's effect over the same models and variants as far as it has them."""
    counted: dict[str, dict[tuple[str, str, str], tuple[int, int]]] = {}
    for cell in cells:
        key = cell.dataset, cell.architecture, cell.variant
        if cell.method == PUBLISHED_METHOD and key in published:
            counted.setdefault(cell.dataset, {})[key] = published[key]
    sums = [np.sum(list(pairs.values()), axis=0) for pairs in counted.values()]
    return mean_of_known([float(after / before) - HALF if before else None for before, after in sums])


def _statement(level: str, parts: Mapping[str, str], protocol: str) -> str:
    match level:
        case "cell":
            about = "{dataset}/{architecture}/{method} under {variant}".format(**parts)
        case "architecture":
            about = "{dataset}/{architecture}, over its training methods and quantizers".format(**parts)
        case "dataset":
            about = "{dataset}, over its architectures, training methods and quantizers".format(**parts)
        case _:
            about = f"Over all data sets with {FEWEST} disagreements or more"
    where = (
        "counted on the inputs that joined the training, which leaks"
        if protocol == LEAKING
        else "counted on inputs that were held out"
    )
    return f"{about}: retraining with disagreements removes less than half of them, new ones set off ({where})"
