"""How well detectors tell a variant's disagreements, from stored logits."""

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
from quantshift.analysis.detection.scored import FilePath, Scored, gather, logit_steps, score
from quantshift.analysis.statistics.intervals import CONFIDENCE
from quantshift.analysis.statistics.resampling import cluster_weights
from quantshift.core.names import CLEAN_SUITE
from quantshift.core.test_set import VALIDATION
from quantshift.seeds import generator
from quantshift.storage.rows import write_records

Cell = Mapping[str, str | int]

RESAMPLES = 300
ALL = "all"
# The view and the group of the third finding.
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


@dataclass(frozen=True)
class Group:
    """The test inputs of a suite, or of all.

    Attributes:
        name: the suite's, or `all`.
        scored: the inputs [n].
        clusters: [n], ascending, the cluster of each input.
        weights: [all clusters, 1 + resamples]: once each, and how often each is drawn.
    """

    name: str
    scored: Scored
    clusters: NDArray[np.int64]
    weights: NDArray[np.float32]

    @property
    def disagreements(self) -> int:
        """The number of disagreements."""
        return int(self.scored.disagrees.sum())

    @property
    def intervals(self) -> bool:
        """Whether there are disagreements of so many sources that resamples of these tell anything."""
        return self.events >= MINIMUM

    @property
    def events(self) -> int:
        """The number of sources that disagree."""
        return len(np.unique(self.clusters[self.scored.disagrees]))


@dataclass(frozen=True)
class Detections:
    """How well all detectors tell one variant's disagreements.

    Attributes:
        rows: of the table `detectors`.
        draws: resampled AUROCs (see quantshift.analysis.detection.detection_draws).
    """

    rows: list[dict[str, Any]]
    draws: Draws

    def write(self, *, table: FilePath, draws: FilePath) -> None:
        """Write the rows (CSV) and the draws (npz)."""
        detection_draws.write(draws, self.draws)
        write_records(table, self.rows)


def detections(
    *, cell: Cell, reference: Mapping[str, FilePath], variant: Mapping[str, FilePath], known: FilePath
) -> Detections:
    """Test all detectors on one variant's disagreements with float32.

    Args:
        cell: dataset, architecture, method, seed and variant, in this order; they lead every row.
        reference: float32's archive of logits, by suite; that of `clean` has the validation data too.
        variant: the variant's archive of logits, by suite; that of `clean` has the validation data too.
        known: the labels and sources of the data set's test sets, the clean one among them (see quantshift.data.truth).

    Raises:
        QuantshiftError: a file is missing, damaged or does not fit the others.
    """
    steps = logit_steps(reference, variant)
    validation = next(score(reference[CLEAN_SUITE], variant[CLEAN_SUITE], [VALIDATION.key], steps))
    gathered = gather(known, reference, variant, steps)
    # The same resamples for all models of the data set: what they have in common is kept.
    drawn = cluster_weights(gathered.strata, RESAMPLES, generator("detections", str(cell["dataset"])))
    weights = np.concatenate([np.ones((len(drawn), 1), dtype=np.float32), drawn], axis=1)
    rows: list[dict[str, Any]] = []
    for place, name in enumerate([*gathered.suites, ALL]):
        inside = np.flatnonzero((gathered.places == place) | (name == ALL))
        group = Group(name, gathered.scored.select(inside), gathered.clusters[inside], weights)
        tested = natural_quality(group, validation)
        rows += [{**cell, **row} for row in natural_rows(group, tested)]
        rows += [{**cell, **row} for row in published_rows(group, generator("balanced", *cell.values(), name))]
    # The last group is that of all test sets.
    return Detections(rows, _draws(tested, len(gathered.strata), group.events))


def natural_quality(group: Group, validation: Scored) -> dict[tuple[str, str], tuple[Fit, Quality]]:
    """Return, by view and metric, the fit and the figures [1 + resamples], the whole group's first.

    Groups with disagreements of fewer than 10 sources have no resamples, and those without any NaN for figures.
    """
    disagrees, clusters = group.scored.disagrees, group.clusters
    count = len(group.weights)
    weights = group.weights if group.intervals else group.weights[:, :1]
    agreements = np.bincount(clusters[~disagrees], minlength=count).astype(np.float32) @ weights
    found = {}
    for key, scores in group.scored.scores.items():
        fitted = natural.fit(validation.scores[key], validation.disagrees)
        if disagrees.any():
            ranking = Ranking.of(fitted.sign * scores, disagrees, clusters, count)
            figures = ranking.quality(weights, agreements.astype(np.float64))
        else:
            figures = Quality(*(np.full(1, np.nan) for _ in COLUMNS))
        found[key] = fitted, figures
    return found


def natural_rows(group: Group, tested: Mapping[tuple[str, str], tuple[Fit, Quality]]) -> Iterator[dict[str, Any]]:
    """Yield the rows of the protocol `natural`."""
    total, disagreements = len(group.clusters), group.disagreements
    for (view, metric), (fitted, figures) in tested.items():
        found = {name: (values[0], *limits(values[0], values[1:])) for name, values in figures._asdict().items()}
        tpr, tnr = natural.at_threshold(fitted, group.scored.scores[view, metric], group.scored.disagrees)
        fit = {
            "sign": fitted.sign,
            "threshold": fitted.threshold,
            "fitted_disagreements": fitted.disagreements,
            "threshold_expected_tpr": fitted.expected_tpr,
            "threshold_confidence": fitted.confidence,
            "tpr_at_threshold": tpr,
            "tnr_at_threshold": tnr,
        }
        yield _row(group, metric, "natural", view, total, disagreements / total if total else math.nan, found, fit)


def published_rows(group: Group, random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Yield the rows of the protocol `published`; the figures are means over the draws, the limits of the draws."""
    drawn = balanced.samples(group.scored.disagrees, random)
    for (view, metric), scores in group.scored.scores.items():
        if drawn is None:
            found = dict.fromkeys(COLUMNS, (math.nan, math.nan, math.nan))
            yield _row(group, metric, "published", view, 0, math.nan, found, {})
            continue
        figures, signs = balanced.held_out_quality(scores, drawn)
        found = {
            name: (mean, *limits(mean, values))
            for name, values in figures._asdict().items()
            for mean in [float(values.mean())]
        }
        fit = {"sign": float(signs.mean())}
        yield _row(group, metric, "published", view, 2 * drawn.disagreements.shape[1], 0.5, found, fit)


def limits(estimate: float, draws: NDArray[np.float64]) -> tuple[float, float]:
    """Return the draws' 95 % percentile limits, widened to hold the estimate; NaN where no draw differs from it."""
    known = draws[~np.isnan(draws)]
    if known.size == 0 or (known == estimate).all():
        return math.nan, math.nan
    low, high = np.quantile(known, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
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
    """Return a row of the table `detectors` without the names of the model; what is not known is empty."""
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
    """Return a value as the table has it: rates as millionths, unknown numbers empty."""
    if not isinstance(value, float):
        return value
    if math.isnan(value):
        return ""
    return float(value) if name == "threshold" else round(float(value), DECIMALS)


def _draws(tested: Mapping[tuple[str, str], tuple[Fit, Quality]], inputs: int, events: int) -> Draws:
    """Return the AUROCs of the variant's own view; NaN where too few sources disagree to be resampled."""
    auroc, draws = {}, {}
    for (view, metric), (_, figures) in tested.items():
        if view == DEVICE:
            enough = len(figures.auroc) > 1
            auroc[metric] = float(figures.auroc[0]) if enough else math.nan
            draws[metric] = figures.auroc[1:] if enough else np.full(RESAMPLES, np.nan)
    return Draws(auroc, draws, inputs, events)
