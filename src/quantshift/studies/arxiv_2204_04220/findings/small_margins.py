"""Finding 3: the margin between the top two classes detects disagreements best (arXiv 2204.04220, RQ3).

The effect is the AUROC of the margin minus that of the best of the study's other metrics (entropy, Gini, least
confidence), over all test sets and with scores of the variant's outputs. An effect above 0 supports the finding. The
best metric is the one with the highest mean AUROC over a scope. The AUROC does not depend on the prevalence, so the
protocol `natural` estimates the same AUROC as the study's balanced samples.

The claim is a conjunction: the margin must beat every other metric (see `effect.Weakest`).
"""

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from quantshift.analysis.detection.detection_draws import Draws
from quantshift.analysis.effects import resampled
from quantshift.analysis.effects.claims import Claim
from quantshift.analysis.effects.effect import Effect, Weakest
from quantshift.analysis.effects.replication import over_seeds, replicated
from quantshift.analysis.effects.resampled import Resampled
from quantshift.analysis.effects.scopes import (
    WIDER_LEVELS,
    complete_over_seeds,
    describe_models,
    grouped,
    replicates,
    select_learned,
)
from quantshift.analysis.effects.source_rates import Cell
from quantshift.analysis.statistics.estimate import Estimate
from quantshift.core.model_id import ModelId
from quantshift.studies.arxiv_2204_04220.published_tables import VARIANTS

FINDING = 3
MARGIN = "margin"
OTHERS = ("entropy", "gini", "least_confidence")
METRICS = (MARGIN, *OTHERS)
FIELDS: dict[str, tuple[str, ...]] = {"cell": ("dataset", "architecture", "method", "variant"), **WIDER_LEVELS}
# With two classes, all metrics rank inputs alike and differ only by rounding.
DECIMALS = 6

# AUROCs by (dataset, architecture, method) and metric.
Published = Mapping[tuple[str, str, str], Mapping[str, float]]


def claims(models: Mapping[Cell, Draws], published: Published, unlearned: Collection[ModelId] = ()) -> list[Claim]:
    """Return the finding's claims: per model and variant, architecture, data set, and overall.

    Args:
        models: AUROCs and their resamples; models with too few disagreements, whose AUROCs are NaN, are ignored, in
            wider scopes with all their seeds.
        published: the published study's AUROCs (quantshift.studies.arxiv_2204_04220.published_tables.detectors).
        unlearned: models that have not learned; claims over all data sets leave them out.
    """
    usable = {cell for cell in models if not np.isnan([models[cell].auroc[metric] for metric in METRICS]).any()}
    excluded = {cell: [cell.model] for cell in models if cell.model in unlearned}
    tested = []
    for level, fields in FIELDS.items():
        for names, members in grouped(sorted(models), fields).items():
            learned, left_out = select_learned(level, members, excluded)
            cells = complete_over_seeds(learned, usable)
            if not cells:
                continue
            scope = dict(zip(fields, names, strict=True))
            # Choose the best metric over the cells that enter the effect.
            counted = [cell for _, replicate in replicates(cells) for cell in replicate]
            aurocs = {metric: [models[cell].auroc[metric] for cell in counted] for metric in OTHERS}
            best = _best({metric: _mean(counted, values) for metric, values in aurocs.items()})
            tested.append(
                Claim(
                    finding=FINDING,
                    level=level,
                    scope="/".join(names) or level,
                    statement=_statement(level, scope, best),
                    estimate=estimated(models, cells),
                    **scope,
                    published_effect=_published(cells, published),
                    without_ties=None,
                    left_out=left_out,
                )
            )
    return tested


def estimated(models: Mapping[Cell, Draws], cells: Sequence[Cell]) -> Estimate:
    """Return the effect over cells with AUROCs, against the metric that is hardest to beat."""
    by_seed = [members for _, members in replicates(cells)]
    return replicated(by_seed, lambda seeds: _against_all(models, seeds))


def _against_all(models: Mapping[Cell, Draws], by_seed: Sequence[Sequence[Cell]]) -> Effect:
    """Return the margin's AUROC minus the AUROC of the metric that is hardest to beat."""
    return Weakest(
        [over_seeds([_against(models, cells, other) for cells in by_seed], resampled.pooled) for other in OTHERS]
    )


def _against(models: Mapping[Cell, Draws], cells: Sequence[Cell], other: str) -> Resampled:
    """Return the margin's AUROC minus another metric's, with sources as the unit; data sets have equal weight."""
    effects = []
    for members in grouped(cells, ("dataset",)).values():
        pairs = [(models[cell].auroc, models[cell].draws) for cell in members]
        effect = np.mean([auroc[MARGIN] - auroc[other] for auroc, _ in pairs])
        draws = np.mean([draws[MARGIN] - draws[other] for _, draws in pairs], axis=0)
        events = max(models[cell].events for cell in members)
        inputs = max(models[cell].inputs for cell in members)
        effects.append(Resampled(round(float(effect), DECIMALS), draws.round(DECIMALS), events, inputs))
    return resampled.averaged(effects)


def _mean(cells: Sequence[Cell], values: Sequence[float]) -> float:
    """Return the mean over data sets of the mean over their cells."""
    by_dataset: dict[str, list[float]] = {}
    for cell, value in zip(cells, values, strict=True):
        by_dataset.setdefault(cell.dataset, []).append(value)
    return float(np.mean([np.mean(members) for members in by_dataset.values()]))


def _best(aurocs: Mapping[str, float]) -> str:
    return max(OTHERS, key=lambda metric: round(aurocs[metric], DECIMALS))


def _published(cells: Sequence[Cell], published: Published) -> float | None:
    """Return the study's effect over the same models; it has one value for all variants of a model."""
    models = {cell[:3]: cell for cell in cells if cell.variant in VARIANTS and cell[:3] in published}
    if not models:
        return None
    means = {metric: _mean(list(models.values()), [published[model][metric] for model in models]) for metric in METRICS}
    return means[MARGIN] - means[_best(means)]


def _statement(level: str, scope: Mapping[str, str], other: str) -> str:
    best = other.replace("_", " ")
    return (
        f"{describe_models(level, scope)}: the margin detects disagreements better, by AUROC, than the best other "
        f"metric of the study ({best})"
    )
