"""Finding 3: disagreements have a small gap of the top two classes, and the margin tells them best (2204.04220, RQ3).

The effect is the AUROC of the margin minus that of the best of the study's other metrics (entropy, Gini, least
confidence), over all test sets and with scores of the variant's own outputs; above 0 it is in the finding's favour. The
best is chosen for a whole scope, by its mean AUROC there. The AUROC is the same at any prevalence, so that this one, of
the protocol `natural`, estimates what the study's balanced samples do.

The claim is a conjunction: the margin has to beat every other metric (see `effect.Weakest`).
"""

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from quantshift.analysis.detection.detection_draws import Draws
from quantshift.analysis.effects import resampled
from quantshift.analysis.effects.claims import Claim
from quantshift.analysis.effects.effect import Effect, Weakest
from quantshift.analysis.effects.pools import Cell
from quantshift.analysis.effects.replication import over_seeds, replicated
from quantshift.analysis.effects.resampled import Resampled
from quantshift.analysis.effects.scopes import (
    WIDER_LEVELS,
    grouped,
    known_with_every_seed,
    models_of,
    over_all,
    replicates,
)
from quantshift.analysis.statistics.estimate import Estimate
from quantshift.core.model_id import ModelId
from quantshift.studies.arxiv_2204_04220.published_tables import VARIANTS

FINDING = 3
MARGIN = "margin"
OTHERS = ("entropy", "gini", "least_confidence")
METRICS = (MARGIN, *OTHERS)
FIELDS: dict[str, tuple[str, ...]] = {"cell": ("dataset", "architecture", "method", "variant"), **WIDER_LEVELS}
# With two classes the metrics rank inputs alike, and differ by rounding.
DECIMALS = 6

# AUROCs by (dataset, architecture, method) and metric.
Published = Mapping[tuple[str, str, str], Mapping[str, float]]


def claims(models: Mapping[Cell, Draws], published: Published, unlearned: Collection[ModelId] = ()) -> list[Claim]:
    """Return the finding's claims: per model and variant, architecture and data set, and over everything.

    Args:
        models: AUROCs and their resamples; models with too few disagreements, whose AUROCs are NaN, are passed over,
            and in wider scopes with all their seeds.
        published: the published study's AUROCs (quantshift.studies.arxiv_2204_04220.published_tables.detectors).
        unlearned: the models that have not learned; a claim over everything leaves them out.
    """
    known = {cell for cell in models if not np.isnan([models[cell].auroc[metric] for metric in METRICS]).any()}
    lost = {cell: [cell.model] for cell in models if cell.model in unlearned}
    found = []
    for level, fields in FIELDS.items():
        for names, members in grouped(sorted(models), fields).items():
            learned, left_out = over_all(level, members, lost)
            cells = known_with_every_seed(learned, known)
            if not cells:
                continue
            parts = dict(zip(fields, names, strict=True))
            # The best of those that enter the effect.
            counted = [cell for _, replicate in replicates(cells) for cell in replicate]
            aurocs = {metric: [models[cell].auroc[metric] for cell in counted] for metric in OTHERS}
            best = _best({metric: _mean(counted, values) for metric, values in aurocs.items()})
            found.append(
                Claim(
                    finding=FINDING,
                    level=level,
                    scope="/".join(names) or level,
                    statement=_statement(level, parts, best),
                    estimate=estimated(models, cells),
                    **parts,
                    published_effect=_published(cells, published),
                    without_ties=None,
                    left_out=left_out,
                )
            )
    return found


def estimated(models: Mapping[Cell, Draws], cells: Sequence[Cell]) -> Estimate:
    """Return the effect over the cells, whose AUROCs are known, against the metric that is hardest to beat."""
    by_seed = [members for _, members in replicates(cells)]
    return replicated(by_seed, lambda seeds: _against_all(models, seeds))


def _against_all(models: Mapping[Cell, Draws], by_seed: Sequence[Sequence[Cell]]) -> Effect:
    """Return the margin's AUROC minus the AUROC of the metric that is hardest to beat."""
    return Weakest(
        [over_seeds([_against(models, cells, other) for cells in by_seed], resampled.pooled) for other in OTHERS]
    )


def _against(models: Mapping[Cell, Draws], cells: Sequence[Cell], other: str) -> Resampled:
    """Return the margin's AUROC minus another metric's, with sources as the unit; data sets have equal weight."""
    parts = []
    for members in grouped(cells, ("dataset",)).values():
        pairs = [(models[cell].auroc, models[cell].draws) for cell in members]
        effect = np.mean([auroc[MARGIN] - auroc[other] for auroc, _ in pairs])
        draws = np.mean([draws[MARGIN] - draws[other] for _, draws in pairs], axis=0)
        events = max(models[cell].events for cell in members)
        inputs = max(models[cell].inputs for cell in members)
        parts.append(Resampled(round(float(effect), DECIMALS), draws.round(DECIMALS), events, inputs))
    return resampled.averaged(parts)


def _mean(cells: Sequence[Cell], values: Sequence[float]) -> float:
    """Return the mean over data sets of the mean over their cells."""
    by_dataset: dict[str, list[float]] = {}
    for cell, value in zip(cells, values, strict=True):
        by_dataset.setdefault(cell.dataset, []).append(value)
    return float(np.mean([np.mean(members) for members in by_dataset.values()]))


def _best(aurocs: Mapping[str, float]) -> str:
    return max(OTHERS, key=lambda metric: round(aurocs[metric], DECIMALS))


def _published(cells: Sequence[Cell], published: Published) -> float | None:
    """Return the study's effect over the same models; it has one figure for all variants of a model."""
    models = {cell[:3]: cell for cell in cells if cell.variant in VARIANTS and cell[:3] in published}
    if not models:
        return None
    means = {metric: _mean(list(models.values()), [published[model][metric] for model in models]) for metric in METRICS}
    return means[MARGIN] - means[_best(means)]


def _statement(level: str, parts: Mapping[str, str], other: str) -> str:
    best = other.replace("_", " ")
    about = models_of(level, parts)
    return f"{about}: the margin tells disagreements better than the best other metric of the study ({best}), by AUROC"
