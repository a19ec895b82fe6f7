"""Finding 3: disagreements have a small gap of the top two classes, and the margin tells them best (2204.04220, RQ3).

The effect is the AUROC of the margin minus that of the best of the study's other metrics (entropy, Gini, least
confidence), over all test sets and with scores of the variant's own outputs; above 0 it is in the finding's favour. The
best is chosen for a whole scope, by its mean AUROC there. The AUROC is the same at any prevalence, so that this one, of
the protocol `natural`, estimates what the study's balanced samples do.

Above 0 every one of the other metrics has to be beaten: the p-value is the largest against any of them and the lower
limit the smallest, which needs no adjustment (intersection-union test, Berger 1982). Below 0 any one of them refutes
the claim, so that the p-value is multiplied by their number (Bonferroni).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from quantshift.analysis.claims import Claim
from quantshift.analysis.detection_draws import Draws
from quantshift.analysis.estimate import Estimate
from quantshift.analysis.intervals import CONFIDENCE
from quantshift.analysis.pools import Cell
from quantshift.analysis.published import VARIANTS
from quantshift.analysis.ranking import Floats
from quantshift.analysis.replication import replicated
from quantshift.analysis.scopes import WIDER_LEVELS, grouped, known_with_every_seed, replicates

FINDING = 3
MARGIN = "margin"
OTHERS = ("entropy", "gini", "least_confidence")
METRICS = (MARGIN, *OTHERS)
FIELDS: dict[str, tuple[str, ...]] = {"cell": ("dataset", "architecture", "method", "variant"), **WIDER_LEVELS}
# With two classes the metrics rank inputs alike, and differ by rounding.
DECIMALS = 6

# AUROCs by (dataset, architecture, method) and metric.
Published = Mapping[tuple[str, str, str], Mapping[str, float]]


def claims(models: Mapping[Cell, Draws], published: Published) -> list[Claim]:
    """Return the finding's claims: per model and variant, architecture and data set, and over everything.

    Args:
        models: AUROCs and their resamples; models with too few disagreements, whose AUROCs are NaN, are passed over,
            and in wider scopes with all their seeds.
        published: the published study's AUROCs (quantshift.analysis.published.detectors).
    """
    known = {cell for cell in models if not np.isnan([models[cell].auroc[metric] for metric in METRICS]).any()}
    found = []
    for level, fields in FIELDS.items():
        for names, members in grouped(sorted(models), fields).items():
            cells = known_with_every_seed(members, known)
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
                    estimate=_estimate(models, cells, best),
                    **parts,
                    published_effect=_published(cells, published),
                )
            )
    return found


def _estimate(models: Mapping[Cell, Draws], cells: Sequence[Cell], best: str) -> Estimate:
    found = {other: _against(models, cells, other) for other in OTHERS}
    estimate = found[best]
    if estimate.effect < 0:
        return replace(estimate, p_value=min(1.0, len(OTHERS) * estimate.p_value))
    low, p_value = min(one.low for one in found.values()), max(one.p_value for one in found.values())
    return replace(estimate, low=low, p_value=p_value)


def _against(models: Mapping[Cell, Draws], cells: Sequence[Cell], other: str) -> Estimate:
    """Return the estimate of the margin's AUROC minus another metric's."""
    seeds = [members for _, members in replicates(cells)]
    effects = [_effect(models, members, other) for members in seeds]
    return replicated(effects, lambda index: _by_inputs(models, seeds[index], other))


def _effect(models: Mapping[Cell, Draws], cells: Sequence[Cell], other: str) -> float:
    differences = [models[cell].auroc[MARGIN] - models[cell].auroc[other] for cell in cells]
    return round(_mean(cells, differences), DECIMALS)


def _by_inputs(models: Mapping[Cell, Draws], cells: Sequence[Cell], other: str) -> Estimate:
    """Return the estimate with sources as the unit: paired percentiles over the shared resamples."""
    effect = _effect(models, cells, other)
    datasets = list(grouped(cells, ("dataset",)).values())
    differences = np.mean(
        [
            np.mean([models[cell].draws[MARGIN] - models[cell].draws[other] for cell in members], axis=0)
            for members in datasets
        ],
        axis=0,
    )
    low, high = np.nanquantile(differences.round(DECIMALS), [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    # The percentiles of skewed resamples need not hold the effect.
    limits = min(float(low), effect), max(float(high), effect)
    inputs = sum(models[members[0]].inputs for members in datasets)
    return Estimate(effect, *limits, _p_value(effect, differences), inputs)


def _p_value(effect: float, draws: Floats) -> float:
    """Return the two-sided p-value of Wald's test with the bootstrap's standard error; 1 where there is no spread.

    Few resamples cannot count so rare a tail that it would survive many tests.
    """
    error = float(np.nanstd(draws.round(DECIMALS), ddof=1))
    return math.erfc(abs(effect) / error / math.sqrt(2)) if error > 0 else 1.0


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
    match level:
        case "cell":
            about = "{dataset}/{architecture}/{method} under {variant}".format(**parts)
        case "architecture":
            about = "{dataset}/{architecture}, over its training methods and quantizers".format(**parts)
        case "dataset":
            about = "{dataset}, over its architectures, training methods and quantizers".format(**parts)
        case _:
            about = "Over all data sets"
    best = other.replace("_", " ")
    return f"{about}: the margin tells disagreements better than the best other metric of the study ({best}), by AUROC"
