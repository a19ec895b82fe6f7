"""The published results (arXiv 2204.04220) and how ours compare with them."""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from quantshift.studies.arxiv_2204_04220.published_files import DETECTORS, EVALUATION, RETRAINING

# Their variants by ours. Their "16 bit" TensorFlow Lite models are dynamic-range int8, since no float16 type was set.
VARIANTS = {"static_int8": "tflite8", "dynamic_int8": "tflite16", "weight_int8": "coreml8", "float16": "coreml16"}
# The study's suites. Our other suites may have shifts of the same name with different strengths.
SUITES = {"mnist": "mnist_c", "cifar10": "cifar10_c"}
CLEAN_SHIFT = "none"
GROUP = ["dataset", "architecture", "method", "seed", "variant"]
COLUMNS = [
    *GROUP,
    "published_variant",
    "shift",
    "severity",
    "n",
    "disagreement_rate",
    "disagreement_low",
    "disagreement_high",
    "published_rate",
    "difference",
    "published_in_interval",
    "accuracy",
    "published_accuracy",
    "shifts_compared",
    "spearman",
    "spearman_p_value",
]

# Disagreement rates by (dataset, architecture, method, our variant, shift).
Rates = Mapping[tuple[str, str, str, str, str], float]


def evaluation() -> pd.DataFrame:
    """Return the study's evaluation table with our names.

    Columns: dataset, architecture, method, variant, published_variant, shift, published_rate (0..1) and
    published_accuracy (0..1); the quantized variants only.
    """
    table = pd.read_csv(EVALUATION, keep_default_na=False, na_values={"disagreement_rate": [""]})
    ours = {theirs: name for name, theirs in VARIANTS.items()}
    table = table.rename(columns={"variant": "published_variant", "disagreement_rate": "published_rate"})
    table["variant"] = table["published_variant"].map(ours)
    # The source has two decimals; rounding removes the error of the division by 100.
    table["published_accuracy"] = (table["accuracy_percent"] / 100).round(6)
    return table.dropna(subset=["variant"]).drop(columns="accuracy_percent").reset_index(drop=True)


def rates() -> Rates:
    """Return the study's disagreement rates by (dataset, architecture, method, our variant, shift)."""
    table = evaluation()
    keys = table[["dataset", "architecture", "method", "variant", "shift"]].itertuples(index=False, name=None)
    return dict(zip(keys, table["published_rate"].tolist(), strict=True))


def detectors() -> dict[tuple[str, str, str], dict[str, float]]:
    """Return the study's AUROC of each uncertainty metric, by (dataset, architecture, method) and metric."""
    aurocs: dict[tuple[str, str, str], dict[str, float]] = {}
    columns = ["dataset", "architecture", "method", "metric", "auroc"]
    table = pd.read_csv(DETECTORS, keep_default_na=False, usecols=columns)[columns]
    for dataset, architecture, method, metric, auroc in table.itertuples(index=False, name=None):
        aurocs.setdefault((dataset, architecture, method), {})[metric] = float(auroc)
    return aurocs


def retraining() -> dict[tuple[str, str, str], tuple[int, int]]:
    """Return the study's disagreements before and after retraining, by (dataset, architecture, our variant)."""
    ours = {theirs: name for name, theirs in VARIANTS.items()}
    table = pd.read_csv(RETRAINING, keep_default_na=False)
    return {
        (dataset, architecture, ours[variant]): (int(before), int(after))
        for dataset, architecture, variant, before, after in table.itertuples(index=False, name=None)
    }


def in_study(dataset: str, suite: str) -> bool:
    """Return whether our suite is the one from which the study took its shifts of `dataset`."""
    return SUITES.get(dataset, suite) == suite


def mean_rate(
    published: Rates, dataset: str, architecture: str, method: str, variant: str, shifts: Iterable[str]
) -> float | None:
    """Return the study's mean disagreement rate over those of `shifts` that it includes, or None if it has none."""
    keys = [(dataset, architecture, method, variant, shift) for shift in shifts]
    rates = [published[key] for key in keys if key in published]
    return float(np.mean(rates)) if rates else None


def published_comparison(ours: pd.DataFrame, severities: Mapping[tuple[str, str], int]) -> pd.DataFrame:
    """Return our disagreement rates next to the study's, for the cells that both have.

    `published_in_interval` states whether the published rate is within our interval (ignoring the study's sampling
    error). Spearman's rank correlation is over the shifts without the clean test set, and repeated on each row of its
    (dataset, architecture, method, seed, variant); it is empty with fewer than 3 shifts or constant rates.

    Args:
        ours: the evaluation table.
        severities: the severity that corresponds to the study's, by (suite, shift); other shifts are omitted.
    """
    clean = (ours["suite"] == "clean") & (ours["shift"] == CLEAN_SHIFT)
    comparable = [
        in_study(dataset, suite) and severities.get((suite, shift)) == severity
        for dataset, suite, shift, severity in zip(
            ours["dataset"], ours["suite"], ours["shift"], ours["severity"], strict=True
        )
    ]
    included = ours[clean | np.asarray(comparable, dtype=np.bool_)]
    joined = included.merge(evaluation(), on=["dataset", "architecture", "method", "variant", "shift"])
    joined["difference"] = joined["disagreement_rate"] - joined["published_rate"]
    joined["published_in_interval"] = joined["published_rate"].between(
        joined["disagreement_low"], joined["disagreement_high"]
    )
    correlations = [
        {**dict(zip(GROUP, key, strict=True)), **rank_correlation(group)} for key, group in joined.groupby(GROUP)
    ]
    columns = [*GROUP, "shifts_compared", "spearman", "spearman_p_value"]
    joined = joined.merge(pd.DataFrame(correlations, columns=columns), on=GROUP)
    return joined[COLUMNS].reset_index(drop=True)


def rank_correlation(group: pd.DataFrame) -> dict[str, float | int]:
    """Return shifts_compared, spearman and spearman_p_value (NaN where undefined) over the shifts of one variant."""
    shifted = group[group["shift"] != CLEAN_SHIFT]
    ours, theirs = shifted["disagreement_rate"], shifted["published_rate"]
    if len(shifted) < 3 or np.ptp(ours) == 0 or np.ptp(theirs) == 0:
        return {"shifts_compared": len(shifted), "spearman": np.nan, "spearman_p_value": np.nan}
    correlation, p_value = spearmanr(ours, theirs)
    return {"shifts_compared": len(shifted), "spearman": float(correlation), "spearman_p_value": float(p_value)}
