"""Finding 1: shifted data bring more disagreements than the clean test set (arXiv 2204.04220, RQ1).

The effect is the mean disagreement rate over a suite's test sets minus the rate on the clean test set; above 0 it is in
the finding's favour. Shifted copies of the clean test images are compared with their own originals (an original and all
its copies are one cluster); natural shifts, whose inputs are others, as independent groups. Near copies of one another
(inputs of one source) count as one input, with their mean.
"""

from collections.abc import Mapping

import numpy as np

from quantshift.analysis.claims import Claim
from quantshift.analysis.clusters import FLIPS
from quantshift.analysis.contrast import Contrast, contrast, over_datasets
from quantshift.analysis.estimate import Estimate
from quantshift.analysis.pools import Cell, Pools
from quantshift.analysis.published import CLEAN_SHIFT, Rates, in_study, mean_rate
from quantshift.analysis.replication import replicated
from quantshift.analysis.scopes import (
    WIDER_LEVELS,
    averaged,
    difference_of_known,
    draws_for,
    grouped,
    mean_of_known,
    replicates,
)
from quantshift.seeds import generator

FINDING = 1
FLOAT32 = "float32"
FIELDS: dict[str, tuple[str, ...]] = {"cell": ("dataset", "architecture", "method", "variant"), **WIDER_LEVELS}


def claims(models: Mapping[Cell, Pools], published: Rates) -> list[Claim]:
    """Return the finding's claims: per model, architecture and data set for each suite, and over everything.

    Args:
        models: disagreement rates of the models; the variant float32 is passed over.
        published: the published study's rates (quantshift.analysis.published.rates).
    """
    quantized = {cell: models[cell] for cell in sorted(models) if cell.variant != FLOAT32 and models[cell].suites}
    found = []
    for level, fields in FIELDS.items():
        scopes: list[tuple[tuple[str, ...], list[Cell], str]] = []
        for names, cells in grouped(list(quantized), fields).items():
            suites = sorted({suite for cell in cells for suite in quantized[cell].suites})
            scopes += [(names, cells, suite) for suite in (suites if names else [""])]
        draws = draws_for(len(scopes))
        for names, cells, suite in scopes:
            wanted = {suite} if suite else set()
            members = {cell: quantized[cell] for cell in cells if wanted.issubset(quantized[cell].suites)}
            parts = dict(zip(fields, names, strict=True))
            scope = "/".join([*names, suite]) if suite else level
            found.append(
                Claim(
                    finding=FINDING,
                    level=level,
                    scope=scope,
                    statement=_statement(level, parts, suite),
                    estimate=_estimate(members, suite, (level, scope), draws),
                    **parts,
                    suite=suite,
                    published_effect=_published(members, suite, published),
                )
            )
    return found


def _estimate(models: Mapping[Cell, Pools], suite: str, names: tuple[str, str], draws: int = FLIPS) -> Estimate:
    seeds, groups = zip(*replicates(list(models)), strict=True)
    by_seed = [_contrasts({cell: models[cell] for cell in cells}, suite) for cells in groups]
    effects = [float(np.mean([part.effect for part in parts])) for parts in by_seed]

    def by_inputs(index: int) -> Estimate:
        return over_datasets(by_seed[index], generator("finding", FINDING, *names, seeds[index]), draws=draws)

    return replicated(effects, by_inputs)


def _contrasts(models: Mapping[Cell, Pools], suite: str) -> list[Contrast]:
    """Return one contrast a data set, over the suite, or over all its suites where `suite` is empty."""
    contrasts = []
    for cells in grouped(list(models), ("dataset",)).values():
        mean = averaged([models[cell] for cell in cells])
        contrasts.append(contrast(mean, [suite] if suite else mean.suites))
    return contrasts


def _published(models: Mapping[Cell, Pools], suite: str, published: Rates) -> float | None:
    """Return the study's effect over the same models, suites and shifts as far as it has them."""
    effects: dict[str, dict[str, list[float | None]]] = {}
    for cell in {cell._replace(seed=0): None for cell in models}:
        pools = next(pools for other, pools in models.items() if other._replace(seed=0) == cell)
        model = cell.dataset, cell.architecture, cell.method, cell.variant
        clean = mean_rate(published, *model, [CLEAN_SHIFT])
        for name in [suite] if suite else pools.suites:
            shifted = mean_rate(published, *model, pools.shifts[name]) if in_study(cell.dataset, name) else None
            found = effects.setdefault(cell.dataset, {}).setdefault(name, [])
            found.append(difference_of_known(shifted, clean))
    # As the effect: every data set has the same weight, and within it every suite.
    by_dataset = [
        mean_of_known([mean_of_known(values) for values in by_suite.values()]) for by_suite in effects.values()
    ]
    return mean_of_known(by_dataset)


def _statement(level: str, parts: Mapping[str, str], suite: str) -> str:
    match level:
        case "cell":
            about = "{dataset}/{architecture}/{method} under {variant}".format(**parts)
        case "architecture":
            about = "{dataset}/{architecture}, over its training methods and quantizers".format(**parts)
        case "dataset":
            about = "{dataset}, over its architectures, training methods and quantizers".format(**parts)
        case _:
            return "Over all data sets and suites: shifted data bring more disagreements than the clean test sets"
    return f"{about}: {suite} brings more disagreements than the clean test set"
