"""Finding 1: shifted data cause more disagreements than the clean test set (arXiv 2204.04220, RQ1).

The effect is the mean disagreement rate over a suite's test sets minus the rate on the clean test set. An effect above
0 supports the finding. The clean rate covers all clean inputs. A clean input and its shifted copies are one source;
natural shifts have other sources. Near-duplicates (inputs of one source) count as one input, with their mean. See
quantshift.analysis.effects.contributions for the interval and the p-value.
"""

from collections.abc import Collection, Mapping, Sequence

from quantshift.analysis.effects import contrast, contributions
from quantshift.analysis.effects.claims import Claim
from quantshift.analysis.effects.contributions import Contributions
from quantshift.analysis.effects.replication import over_seeds, replicated
from quantshift.analysis.effects.scopes import (
    WIDER_LEVELS,
    averaged,
    describe_models,
    difference_if_available,
    grouped,
    mean_of_available,
    replicates,
    select_learned,
)
from quantshift.analysis.effects.source_rates import Cell, DisagreementRates
from quantshift.analysis.statistics.estimate import Estimate
from quantshift.core.model_id import ModelId
from quantshift.core.names import FLOAT32
from quantshift.studies.arxiv_2204_04220.published_tables import CLEAN_SHIFT, Rates, in_study, mean_rate

FINDING = 1
FIELDS: dict[str, tuple[str, ...]] = {"cell": ("dataset", "architecture", "method", "variant"), **WIDER_LEVELS}


def claims(
    models: Mapping[Cell, DisagreementRates],
    published: Rates,
    without_ties: Mapping[Cell, DisagreementRates] | None = None,
    unlearned: Collection[ModelId] = (),
) -> list[Claim]:
    """Return the finding's claims: per model, architecture and data set for each suite, and overall.

    Args:
        models: disagreement rates of the models; the variant float32 is ignored.
        published: the published study's rates (quantshift.studies.arxiv_2204_04220.published_tables.rates).
        without_ties: the rates of the same models without the disagreements that are ties; None if unknown.
        unlearned: models that have not learned; claims over all data sets leave them out.
    """
    quantized = {cell: models[cell] for cell in sorted(models) if cell.variant != FLOAT32 and models[cell].suites}
    excluded = {cell: [cell.model] for cell in quantized if cell.model in unlearned}
    tested = []
    for level, fields in FIELDS.items():
        for names, all_cells in grouped(list(quantized), fields).items():
            cells, left_out = select_learned(level, all_cells, excluded)
            if not cells:
                continue
            suites = sorted({suite for cell in cells for suite in quantized[cell].suites})
            for suite in suites if names else [""]:
                required = {suite} if suite else set()
                members = [cell for cell in cells if required.issubset(quantized[cell].suites)]
                scope = dict(zip(fields, names, strict=True))
                tested.append(
                    Claim(
                        finding=FINDING,
                        level=level,
                        scope="/".join([*names, suite]) if suite else level,
                        statement=_statement(level, scope, suite),
                        estimate=estimated(quantized, members, suite),
                        **scope,
                        suite=suite,
                        published_effect=_published({cell: quantized[cell] for cell in members}, suite, published),
                        without_ties=estimated(without_ties, members, suite) if without_ties is not None else None,
                        left_out=left_out,
                    )
                )
    return tested


def estimated(models: Mapping[Cell, DisagreementRates], cells: Sequence[Cell], suite: str) -> Estimate:
    """Return the effect on one suite, or on all if `suite` is empty, averaged over the cells of each seed."""
    by_seed = [_effect(models, members, suite) for _, members in replicates(cells)]
    return replicated(by_seed, lambda seeds: over_seeds(seeds, contributions.pooled))


def _effect(models: Mapping[Cell, DisagreementRates], cells: Sequence[Cell], suite: str) -> Contributions:
    """Return the effect on one suite, or on all if `suite` is empty; data sets have equal weight."""
    effects = []
    for members in grouped(cells, ("dataset",)).values():
        mean = averaged([models[cell] for cell in members])
        effects.append(contrast.shifted_minus_clean(mean, [suite] if suite else mean.suites))
    return contrast.averaged(effects)


def _published(models: Mapping[Cell, DisagreementRates], suite: str, published: Rates) -> float | None:
    """Return the study's effect over those of the models, suites and shifts that it includes."""
    effects: dict[str, dict[str, list[float | None]]] = {}
    for cell in {cell._replace(seed=0): None for cell in models}:
        rates = next(rates for other, rates in models.items() if other._replace(seed=0) == cell)
        model = cell.dataset, cell.architecture, cell.method, cell.variant
        clean = mean_rate(published, *model, [CLEAN_SHIFT])
        for name in [suite] if suite else rates.suites:
            shifted = mean_rate(published, *model, rates.shifts[name]) if in_study(cell.dataset, name) else None
            differences = effects.setdefault(cell.dataset, {}).setdefault(name, [])
            differences.append(difference_if_available(shifted, clean))
    # As for the effect, data sets have equal weight, as do the suites of a data set.
    by_dataset = [
        mean_of_available([mean_of_available(values) for values in by_suite.values()]) for by_suite in effects.values()
    ]
    return mean_of_available(by_dataset)


def _statement(level: str, scope: Mapping[str, str], suite: str) -> str:
    if level == "overall":
        return "Over all data sets and suites: shifted data cause more disagreements than the clean test sets"
    return f"{describe_models(level, scope)}: {suite} causes more disagreements than the clean test set"
