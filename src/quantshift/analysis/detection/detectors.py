"""Test how well detectors detect a variant's disagreements, from stored logits."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantshift.analysis.detection import balanced, detection_draws, natural
from quantshift.analysis.detection.detection_draws import Draws
from quantshift.analysis.detection.natural import MINIMUM, Fit
from quantshift.analysis.detection.ranking import Quality, Ranking
from quantshift.analysis.detection.scored_inputs import (
    FilePath,
    ScoredInputs,
    logit_steps,
    read_clustered,
    score_test_sets,
)
from quantshift.analysis.statistics.intervals import CONFIDENCE
from quantshift.analysis.statistics.resampling import cluster_weights
from quantshift.core.names import CLEAN_SUITE
from quantshift.core.test_set import VALIDATION
from quantshift.seeds import generator
from quantshift.storage.rows import write_records
from quantshift.tasks import Task
from quantshift.tasks.classification import CLASSIFICATION

Cell = Mapping[str, str | int]

RESAMPLES = 300
ALL = "all"
# The view of the third finding.
DEVICE = "variant"
COLUMNS = {"auroc": "auroc", "aupr": "aupr", "tnr": "tnr_at_tpr95"}
FITTED = (
    "sign",
    "threshold",
    "fitted_disagreements",
    "tpr_at_threshold",
    "tnr_at_threshold",
    "threshold_expected_tpr",
    "threshold_confidence",
)
DECIMALS = 6
# The columns of the rows.
HEADER = (
    *("dataset", "architecture", "method", "seed", "variant", "shift_group", "metric", "protocol", "n_disagreements"),
    *COLUMNS.values(),
    *("view", "n", "prevalence"),
    *(f"{column}_{limit}" for column in COLUMNS.values() for limit in ("low", "high")),
    *FITTED,
)


@dataclass(frozen=True)
class Group:
    """The test inputs of one suite, or of all suites.

    Attributes:
        name: name of the suite, or `all`.
        inputs: the inputs [n].
        clusters: [n], ascending, the cluster of each input.
        weights: [all clusters, 1 + resamples]: ones, then how often each resample draws each cluster.
    """

    name: str
    inputs: ScoredInputs
    clusters: NDArray[np.int64]
    weights: NDArray[np.float32]

    @property
    def disagreements(self) -> int:
        """The number of disagreements."""
        return int(self.inputs.disagrees.sum())

    @property
    def intervals(self) -> bool:
        """Whether enough sources disagree for resamples to be informative."""
        return self.events >= MINIMUM

    @property
    def events(self) -> int:
        """The number of sources that disagree."""
        return len(np.unique(self.clusters[self.inputs.disagrees]))


@dataclass(frozen=True)
class Detections:
    """How well all detectors detect one variant's disagreements.

    Attributes:
        rows: rows of the table `detectors`.
        draws: resampled AUROCs (see quantshift.analysis.detection.detection_draws); None without logits.
    """

    rows: list[dict[str, Any]]
    draws: Draws | None

    def write(self, *, table: FilePath, draws: FilePath) -> None:
        """Write the rows (CSV) and the draws (npz)."""
        detection_draws.write(draws, self.draws)
        write_records(table, self.rows, HEADER)


def detections(
    *,
    cell: Cell,
    reference: Mapping[str, FilePath],
    variant: Mapping[str, FilePath],
    truth_file: FilePath,
    task: Task = CLASSIFICATION,
) -> Detections:
    """Test all detectors on one variant's disagreements with float32.

    Args:
        cell: dataset, architecture, method, seed and variant, in this order: the first columns of the rows.
        reference: float32's archive of logits, by suite; `clean` includes the validation data.
        variant: the variant's archive of logits, by suite; `clean` includes the validation data.
        truth_file: labels and sources of all test sets of the data set (see quantshift.data.truth).
        task: what the stored outputs mean; detectors that make no sense for it have no rows.

    Raises:
        QuantshiftError: a file is missing, damaged or inconsistent with the others.
    """
    steps = logit_steps(reference, variant)
    validation = next(score_test_sets(reference[CLEAN_SUITE], variant[CLEAN_SUITE], [VALIDATION.key], steps, task))
    tested_inputs = read_clustered(truth_file, reference, variant, steps, task)
    # All models of the data set use the same resamples, which preserves the correlation between models.
    drawn = cluster_weights(tested_inputs.strata, RESAMPLES, generator("detections", str(cell["dataset"])))
    weights = np.concatenate([np.ones((len(drawn), 1), dtype=np.float32), drawn], axis=1)
    rows: list[dict[str, Any]] = []
    for index, name in enumerate([*tested_inputs.suites, ALL]):
        members = np.flatnonzero((tested_inputs.suite_indices == index) | (name == ALL))
        group = Group(name, tested_inputs.inputs.select(members), tested_inputs.clusters[members], weights)
        results = natural_quality(group, validation)
        rows += [{**cell, **row} for row in natural_rows(group, results)]
        rows += [{**cell, **row} for row in published_rows(group, generator("balanced", *cell.values(), name))]
    # The last group comprises all test sets.
    return Detections(rows, _draws(results, len(tested_inputs.strata), group.events))


def without_logits() -> Detections:
    """Return the detections of a variant whose preset the model cannot take: it has no rows and no draws."""
    return Detections([], None)


def natural_quality(group: Group, validation: ScoredInputs) -> dict[tuple[str, str], tuple[Fit, Quality]]:
    """Return, by view and metric, the fit and the figures [1 + resamples]; the first is that of the group.

    Groups in which fewer than 10 sources disagree have no resamples; without disagreements, the figures are NaN.
    """
    disagrees, clusters = group.inputs.disagrees, group.clusters
    count = len(group.weights)
    weights = group.weights if group.intervals else group.weights[:, :1]
    agreements = np.bincount(clusters[~disagrees], minlength=count).astype(np.float32) @ weights
    qualities = {}
    for key, scores in group.inputs.scores.items():
        fitted = natural.fit(validation.scores[key], validation.disagrees)
        if disagrees.any():
            ranking = Ranking.of(fitted.sign * scores, disagrees, clusters, count)
            figures = ranking.quality(weights, agreements.astype(np.float64))
        else:
            figures = Quality(*(np.full(1, np.nan) for _ in COLUMNS))
        qualities[key] = fitted, figures
    return qualities


def natural_rows(group: Group, results: Mapping[tuple[str, str], tuple[Fit, Quality]]) -> Iterator[dict[str, Any]]:
    """Yield the rows of the protocol `natural`."""
    total, disagreements = len(group.clusters), group.disagreements
    for (view, metric), (fitted, figures) in results.items():
        with_limits = {name: (values[0], *limits(values[0], values[1:])) for name, values in figures._asdict().items()}
        tpr, tnr = natural.at_threshold(fitted, group.inputs.scores[view, metric], group.inputs.disagrees)
        fit = {
            "sign": fitted.sign,
            "threshold": fitted.threshold,
            "fitted_disagreements": fitted.disagreements,
            "threshold_expected_tpr": fitted.expected_tpr,
            "threshold_confidence": fitted.confidence,
            "tpr_at_threshold": tpr,
            "tnr_at_threshold": tnr,
        }
        yield _row(
            group, metric, "natural", view, total, disagreements / total if total else math.nan, with_limits, fit
        )


def published_rows(group: Group, random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Yield the rows of the protocol `published`: means over the draws, with percentile limits of the draws."""
    drawn = balanced.samples(group.inputs.disagrees, random)
    for (view, metric), scores in group.inputs.scores.items():
        if drawn is None:
            with_limits = dict.fromkeys(COLUMNS, (math.nan, math.nan, math.nan))
            yield _row(group, metric, "published", view, 0, math.nan, with_limits, {})
            continue
        figures, signs = balanced.held_out_quality(scores, drawn)
        with_limits = {
            name: (mean, *limits(mean, values))
            for name, values in figures._asdict().items()
            for mean in [float(values.mean())]
        }
        fit = {"sign": float(signs.mean())}
        yield _row(group, metric, "published", view, 2 * drawn.disagreements.shape[1], 0.5, with_limits, fit)


def limits(estimate: float, draws: NDArray[np.float64]) -> tuple[float, float]:
    """Return the draws' 95 % percentile limits, widened to include the estimate; NaN if no draw differs from it."""
    valid = draws[~np.isnan(draws)]
    if valid.size == 0 or (valid == estimate).all():
        return math.nan, math.nan
    low, high = np.quantile(valid, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return min(float(low), estimate), max(float(high), estimate)


def _row(
    group: Group,
    metric: str,
    protocol: str,
    view: str,
    total: int,
    prevalence: float,
    figures: Mapping[str, tuple[float, float, float]],
    fit: Mapping[str, float],
) -> dict[str, Any]:
    """Return a row of the table `detectors` without the model's names; unknown values are empty."""
    row: dict[str, Any] = {"shift_group": group.name, "metric": metric, "protocol": protocol}
    row["n_disagreements"] = group.disagreements
    row |= {COLUMNS[name]: figures[name][0] for name in COLUMNS}
    row |= {"view": view, "n": total, "prevalence": prevalence}
    for name, column in COLUMNS.items():
        row |= {f"{column}_low": figures[name][1], f"{column}_high": figures[name][2]}
    for name in FITTED:
        row[name] = fit.get(name, math.nan)
    return {name: _cell(name, value) for name, value in row.items()}


def _cell(name: str, value: Any) -> Any:
    """Return a value as written to the table: rates rounded to six decimals, unknown numbers empty."""
    if not isinstance(value, float):
        return value
    if math.isnan(value):
        return ""
    return float(value) if name == "threshold" else round(float(value), DECIMALS)


def _draws(results: Mapping[tuple[str, str], tuple[Fit, Quality]], inputs: int, events: int) -> Draws:
    """Return the AUROCs of the view of the variant; NaN if too few sources disagree for resampling."""
    auroc, draws = {}, {}
    for (view, metric), (_, figures) in results.items():
        if view == DEVICE:
            enough = len(figures.auroc) > 1
            auroc[metric] = float(figures.auroc[0]) if enough else math.nan
            draws[metric] = figures.auroc[1:] if enough else np.full(RESAMPLES, np.nan)
    return Draws(auroc, draws, inputs, events)
