"""Finding 1: shifted data bring more disagreements than the clean test set (arXiv 2204.04220, RQ1).

The effect is the mean disagreement rate over a suite's test sets minus the rate on the clean test set. An effect above
0 supports the finding. The clean rate covers all clean inputs. A clean input and its shifted copies are one source;
natural shifts have sources of their own. Near copies of one another (inputs of one source) count as one input, with
their mean. See quantshift.analysis.effects.contributions for the interval and the p-value.
"""

from collections.abc import Collection, Mapping, Sequence

from quantshift.analysis.effects import contrast, contributions
from quantshift.analysis.effects.claims import Claim
from quantshift.analysis.effects.contributions import Contributions
from quantshift.analysis.effects.pools import Cell, Pools
from quantshift.analysis.effects.replication import over_seeds, replicated
from quantshift.analysis.effects.scopes import (
    WIDER_LEVELS,
    averaged,
    difference_of_known,
    grouped,
    mean_of_known,
    models_of,
    over_all,
    replicates,
)
from quantshift.analysis.statistics.estimate import Estimate
from quantshift.core.model_id import ModelId
from quantshift.core.names import FLOAT32
from quantshift.studies.arxiv_2204_04220.published_tables import CLEAN_SHIFT, Rates, in_study, mean_rate

FINDING = 1
FIELDS: dict[str, tuple[str, ...]] = {"cell": ("dataset", "architecture", "method", "variant"), **WIDER_LEVELS}


def claims(
    models: Mapping[Cell, Pools],
    published: Rates,
    without_ties: Mapping[Cell, Pools] | None = None,
    unlearned: Collection[ModelId] = (),
) -> list[Claim]:
    """Return the finding's claims: per model, architecture and data set for each suite, and over everything.

    Args:
        models: disagreement rates of the models; the variant float32 is passed over.
        published: the published study's rates (quantshift.studies.arxiv_2204_04220.published_tables.rates).
        without_ties: the rates of the same models without the disagreements that are ties; None where they are unknown.
        unlearned: the models that have not learned; a claim over everything leaves them out.
    """
    quantized = {cell: models[cell] for cell in sorted(models) if cell.variant != FLOAT32 and models[cell].suites}
    lost = {cell: [cell.model] for cell in quantized if cell.model in unlearned}
    found = []
    for level, fields in FIELDS.items():
        for names, held in grouped(list(quantized), fields).items():
            cells, left_out = over_all(level, held, lost)
            if not cells:
                continue
            suites = sorted({suite for cell in cells for suite in quantized[cell].suites})
            for suite in suites if names else [""]:
                wanted = {suite} if suite else set()
                members = [cell for cell in cells if wanted.issubset(quantized[cell].suites)]
                parts = dict(zip(fields, names, strict=True))
                found.append(
                    Claim(
                        finding=FINDING,
                        level=level,
                        scope="/".join([*names, suite]) if suite else level,
                        statement=_statement(level, parts, suite),
                        estimate=estimated(quantized, members, suite),
                        **parts,
                        suite=suite,
                        published_effect=_published({cell: quantized[cell] for cell in members}, suite, published),
                        without_ties=estimated(without_ties, members, suite) if without_ties is not None else None,
                        left_out=left_out,
                    )
                )
    return found


def estimated(models: Mapping[Cell, Pools], cells: Sequence[Cell], suite: str) -> Estimate:
    """Return the effect on one suite, or on all where `suite` is empty, averaged over the cells of each seed."""
    by_seed = [_effect(models, members, suite) for _, members in replicates(cells)]
    return replicated(by_seed, lambda seeds: over_seeds(seeds, contributions.pooled))


def _effect(models: Mapping[Cell, Pools], cells: Sequence[Cell], suite: str) -> Contributions:
    """Return the effect on one suite, or on all where `suite` is empty; every data set has the same weight."""
    parts = []
    for members in grouped(cells, ("dataset",)).values():
        mean = averaged([models[cell] for cell in members])
        parts.append(contrast.shifted_minus_clean(mean, [suite] if suite else mean.suites))
    return contrast.averaged(parts)


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
    if level == "overall":
        return "Over all data sets and suites: shifted data bring more disagreements than the clean test sets"
    return f"{models_of(level, parts)}: {suite} brings more disagreements than the clean test set"
