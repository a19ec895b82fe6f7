"""The columns of the result tables as pandera schemas: types, ranges and keys.

Each schema's `metadata["key"]` names the columns that identify a row and that the rows are sorted by.
"""

import itertools
from collections.abc import Callable, Sequence

import pandas as pd
import pandera.pandas as pa

from quantshift.core.names import APPLICABLE, FLOAT32, INPUTS, LEVELS, SEEDS, STATUSES, VERDICTS

# Tolerance for rounding errors of rates.
TOLERANCE = 1e-12
MODEL = ["dataset", "architecture", "method", "seed", "variant"]
# Empty in test sets without labels.
WITH_LABELS = [
    *("accuracy", "accuracy_float32", "negative_flips", "positive_flips", "accuracy_p_value", "most_frequent_share"),
]
# The measured values of a variant whose preset the model can take: each has the first, some have the others.
MEASURED = [
    *("file_bytes", "quantized_weight_share", "weights", "may_saturate", "saturates_without_vnni", "batch_size"),
    *("threads", "disagreements", "tied_disagreements", "severity_shifts"),
]
MEASURED_IN_PART = [
    *("integer_compute_share", "images_per_second", "speedup_over_float32", "worst_shift_rate", "worst_shift_n"),
    *("worst_class_rate", "worst_class_n", "severity_slope", "steepest_slope", "shifted_inputs", "shifted_rate"),
    *("shifted_rate_without_ties", "shifted_effective_inputs"),
]
MEASURED_NAMES = ["operators", "worst_shift", "worst_class", "steepest_shift"]
SHIFTED = ["shifted_inputs", "shifted_rate", "shifted_rate_without_ties", "shifted_effective_inputs"]


def _text(*, empty: bool = False, among: Sequence[str] | None = None) -> pa.Column:
    checks = [] if empty else [pa.Check.str_length(min_value=1, error="must not be empty")]
    if among is not None:
        checks.append(pa.Check.isin(among))
    return pa.Column(str, checks)


def _count(low: int = 0, high: int | None = None) -> pa.Column:
    return pa.Column("int64", pa.Check.ge(low) if high is None else pa.Check.in_range(low, high))


def _optional_count(low: int = 0) -> pa.Column:
    return pa.Column("Int64", pa.Check.ge(low), nullable=True)


def _number(low: float | None = None, high: float | None = None, *, nullable: bool = False) -> pa.Column:
    checks = [] if low is None else [pa.Check.ge(low)]
    checks += [] if high is None else [pa.Check.le(high)]
    # Infinity passes the comparisons, but results from a division by 0.
    checks.append(pa.Check(lambda values: values.abs() != float("inf"), error="must be finite"))
    return pa.Column(float, checks, nullable=nullable)


def _rate(*, nullable: bool = False) -> pa.Column:
    return _number(0.0, 1.0, nullable=nullable)


def _rows(rule: Callable[[pd.DataFrame], "pd.Series[bool]"], error: str) -> pa.Check:
    return pa.Check(rule, error=error)


def _ordered(*columns: str) -> pa.Check:
    """Return the check that the values of columns ascend; empty cells are allowed."""

    def rule(table: pd.DataFrame) -> "pd.Series[bool]":
        valid = pd.Series(data=True, index=table.index)
        for low, high in itertools.pairwise(columns):
            valid &= ~(table[low] > table[high] + TOLERANCE)
        return valid

    return _rows(rule, f"must hold: {' <= '.join(columns)}")


def _limited(column: str) -> pa.Check:
    """Return the check that a column is within its limits, if it has any."""

    def rule(table: pd.DataFrame) -> "pd.Series[bool]":
        low, high = table[f"{column}_low"], table[f"{column}_high"]
        return (low.isna() | (low <= table[column])) & (high.isna() | (table[column] <= high))

    return _rows(rule, f"must hold: {column}_low <= {column} <= {column}_high")


def _all_or_none(*columns: str) -> pa.Check:
    """Return the check that a row has values in all of these columns or in none."""
    return _rows(
        lambda table: table[list(columns)].isna().sum(axis=1).isin([0, len(columns)]),
        f"must have all or none of {', '.join(columns)}",
    )


def _without_ties(table: pd.DataFrame) -> "pd.Series[bool]":
    untied = table["disagreements"] - table["tied_disagreements"]
    valid: pd.Series[bool] = (untied / table["n"] - table["disagreement_rate_without_ties"]).abs() <= TOLERANCE
    return valid


def _measured(table: pd.DataFrame) -> "pd.Series[bool]":
    applicable = table["status"] == APPLICABLE
    values = table[[*MEASURED, *MEASURED_IN_PART]].notna()
    named = (table[MEASURED_NAMES] != "").any(axis=1)
    return values[MEASURED].all(axis=1).where(applicable, ~values.any(axis=1) & ~named)


def _schema(
    name: str, key: list[str], columns: dict[str, pa.Column], checks: Sequence[pa.Check] = ()
) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(
        columns, checks=list(checks), strict=True, ordered=True, unique=key, name=name, metadata={"key": key}
    )


def _model() -> dict[str, pa.Column]:
    return {"dataset": _text(), "architecture": _text(), "method": _text(), "seed": _count(), "variant": _text()}


EVALUATION = _schema(
    "evaluation",
    [*MODEL, "suite", "shift", "severity"],
    {
        **_model(),
        "suite": _text(),
        "shift": _text(),
        "severity": _count(0, 5),
        "n": _count(1),
        "accuracy": _rate(nullable=True),
        "accuracy_float32": _rate(nullable=True),
        "disagreements": _count(),
        "disagreement_rate": _rate(),
        "disagreement_low": _rate(),
        "disagreement_high": _rate(),
        "negative_flips": _optional_count(),
        "positive_flips": _optional_count(),
        "kl_mean": _number(0.0, nullable=True),
        "accuracy_p_value": _rate(nullable=True),
        "tied_disagreements": _count(),
        "disagreement_rate_without_ties": _rate(),
        "disagreement_low_without_ties": _rate(),
        "disagreement_high_without_ties": _rate(),
        "most_frequent_share": _rate(nullable=True),
        # Number of independent inputs that would measure the rate as precisely.
        "effective_inputs": _number(0.0),
    },
    [
        _ordered("disagreement_low", "disagreement_rate", "disagreement_high"),
        _ordered(*(f"disagreement_{name}_without_ties" for name in ("low", "rate", "high"))),
        _ordered("tied_disagreements", "disagreements", "n"),
        _rows(
            lambda table: (table["disagreements"] / table["n"] - table["disagreement_rate"]).abs() <= TOLERANCE,
            "must hold: disagreement_rate = disagreements / n",
        ),
        _rows(
            _without_ties,
            "must hold: disagreement_rate_without_ties = (disagreements - tied_disagreements) / n",
        ),
        _rows(
            lambda table: (table["negative_flips"] + table["positive_flips"] <= table["disagreements"]).fillna(True),
            "must hold: negative_flips + positive_flips <= disagreements",
        ),
        _all_or_none(*WITH_LABELS),
        _ordered("effective_inputs", "n"),
    ],
)

VARIANTS = _schema(
    "variants",
    MODEL,
    {
        **_model(),
        "file_bytes": _optional_count(1),
        "quantized_weight_share": _rate(nullable=True),
        "integer_compute_share": _rate(nullable=True),
        "weights": _optional_count(),
        "operators": _text(empty=True),
        "may_saturate": pa.Column("boolean", nullable=True),
        "saturates_without_vnni": pa.Column("boolean", nullable=True),
        "batch_size": _optional_count(1),
        "threads": _optional_count(1),
        "images_per_second": _number(0.0, nullable=True),
        "speedup_over_float32": _number(0.0, nullable=True),
        # Between torch and onnxruntime, for the float32 file from which the variant was made.
        "parity_max_difference": _number(0.0, nullable=True),
        "parity_argmax_equal": pa.Column("boolean", nullable=True),
        "training_rounding": _text(among=("none", "weights", "weights and activations")),
        # Over all test sets of the data set; empty if not applicable or without disagreements.
        "disagreements": _optional_count(),
        "tied_disagreements": _optional_count(),
        "worst_shift": _text(empty=True),
        "worst_shift_rate": _rate(nullable=True),
        "worst_shift_n": _number(1.0, nullable=True),
        "worst_class": _text(empty=True),
        "worst_class_rate": _rate(nullable=True),
        "worst_class_n": _number(1.0, nullable=True),
        "severity_slope": _number(-1.0, 1.0, nullable=True),
        "severity_shifts": _optional_count(),
        "steepest_shift": _text(empty=True),
        "steepest_slope": _number(-1.0, 1.0, nullable=True),
        # Over all shifted test sets of the data set; empty without any.
        "shifted_inputs": _number(1.0, nullable=True),
        "shifted_rate": _rate(nullable=True),
        "shifted_rate_without_ties": _rate(nullable=True),
        "shifted_effective_inputs": _number(0.0, nullable=True),
        # Whether the model can take the preset, and else the reason; the row then has no measured values.
        "status": _text(among=STATUSES),
        "reason": _text(empty=True),
        # What was assumed about a file that the user gives, or what a search of operators has tried and chosen.
        "notes": _text(empty=True),
    },
    [
        _rows(
            lambda table: (table["status"] == APPLICABLE) == (table["reason"] == ""),
            "must have a reason if the preset is not applicable, and else none",
        ),
        _rows(
            lambda table: (table["variant"] != FLOAT32) | (table["status"] == APPLICABLE),
            "must hold: float32 has the status ok",
        ),
        _rows(
            _measured,
            f"must have {', '.join(MEASURED)}, or no measured values at all if the preset is not applicable",
        ),
        _all_or_none(*SHIFTED),
        _ordered("shifted_rate_without_ties", "shifted_rate"),
        _ordered("shifted_effective_inputs", "shifted_inputs"),
    ],
)

DETECTORS = _schema(
    "detectors",
    [*MODEL, "shift_group", "metric", "protocol", "view"],
    {
        **_model(),
        "shift_group": _text(),
        "metric": _text(),
        "protocol": _text(among=("natural", "published")),
        "n_disagreements": _count(),
        # Empty if a group lacks disagreements or agreements; limits are empty if there are too few to resample.
        "auroc": _rate(nullable=True),
        "aupr": _rate(nullable=True),
        "tnr_at_tpr95": _rate(nullable=True),
        "view": _text(among=("variant", "float32")),
        "n": _count(),
        "prevalence": _rate(nullable=True),
        "auroc_low": _rate(nullable=True),
        "auroc_high": _rate(nullable=True),
        "aupr_low": _rate(nullable=True),
        "aupr_high": _rate(nullable=True),
        "tnr_at_tpr95_low": _rate(nullable=True),
        "tnr_at_tpr95_high": _rate(nullable=True),
        "sign": _number(-1.0, 1.0, nullable=True),
        "threshold": _number(nullable=True),
        "fitted_disagreements": _number(0.0, nullable=True),
        "tpr_at_threshold": _rate(nullable=True),
        "tnr_at_threshold": _rate(nullable=True),
        "threshold_expected_tpr": _rate(nullable=True),
        "threshold_confidence": _rate(nullable=True),
    },
    [_limited(figure) for figure in ("auroc", "aupr", "tnr_at_tpr95")],
)

DISAGREEMENTS = _schema(
    "disagreements",
    ["suite", "shift", "severity", "input"],
    {
        "suite": _text(),
        "shift": _text(),
        "severity": _count(0, 5),
        "input": _count(),
        "source": pa.Column("int64"),
        "label": _optional_count(),
        "top1_float32": _count(),
        "top1_variant": _count(),
        # Up to 1 for logits and probabilities, a distance for a score, and empty for a model that returns labels.
        "margin_float32": _number(0.0, nullable=True),
        "margin_variant": _number(0.0, nullable=True),
        "tied": pa.Column(bool),
    },
    [
        _rows(
            lambda table: table["top1_float32"] != table["top1_variant"],
            "must hold: top1_float32 differs from top1_variant",
        )
    ],
)

RETRAINING = _schema(
    "retraining",
    [*MODEL, "protocol"],
    {
        **_model(),
        "protocol": _text(among=("control", "held_out", "published")),
        "n": _count(1),
        "before": _count(),
        "after": _count(),
        "persisting": _count(),
        "fixed": _count(),
        "new": _count(),
        "accuracy_before": _rate(),
        "accuracy_after": _rate(),
        "disagreement_rate_before": _rate(),
        "disagreement_rate_after": _rate(),
        "change": _number(-1.0, 1.0),
        "change_low": _number(-1.0, 1.0),
        "change_high": _number(-1.0, 1.0),
        "change_p_value": _rate(),
        "accuracy_float32_before": _rate(),
        "accuracy_float32_after": _rate(),
        "leaks": pa.Column(bool),
        "added": _count(),
        "persisting_by_chance": _number(0.0),
        "accuracy_validation_before": _rate(),
        "accuracy_validation_after": _rate(),
        "ruined": pa.Column(bool),
        # The published study's counts, for its own number of inputs; empty if it has no such cell.
        "published_before": _number(0.0, nullable=True),
        "published_after": _number(0.0, nullable=True),
    },
    [
        _ordered("change_low", "change", "change_high"),
        _rows(
            lambda table: (
                (table["persisting"] + table["fixed"] == table["before"])
                & (table["persisting"] + table["new"] == table["after"])
            ),
            "must hold: persisting + fixed = before and persisting + new = after",
        ),
        _rows(
            lambda table: (table["after"] - table["before"] - table["change"] * table["n"]).abs() <= 1e-6,
            "must hold: change = (after - before) / n",
        ),
        _rows(
            lambda table: (
                (table["persisting_by_chance"] * table["n"] - table["before"] * table["after"]).abs()
                <= 1e-6 * table["n"]
            ),
            "must hold: persisting_by_chance = before * after / n",
        ),
        _rows(
            lambda table: (table["protocol"] != "control") | (table["added"] == 0),
            "must hold: added = 0 for the protocol control",
        ),
    ],
)

FINDINGS = _schema(
    "findings",
    ["finding", "level", "scope"],
    {
        "finding": _count(1, 4),
        "scope": _text(),
        "statement": _text(),
        "verdict": _text(among=VERDICTS),
        "effect": _number(),
        "effect_low": _number(),
        "effect_high": _number(),
        "p_value": _rate(),
        "n": _count(1),
        "level": _text(among=LEVELS),
        "dataset": _text(empty=True),
        "architecture": _text(empty=True),
        "method": _text(empty=True),
        "variant": _text(empty=True),
        "suite": _text(empty=True),
        "p_value_raw": _rate(),
        "unit": _text(among=(INPUTS, SEEDS)),
        "seeds": _count(1),
        "published_effect": _number(nullable=True),
        "events": _count(),
        "seed_sets": _count(),
        "effect_without_ties": _number(nullable=True),
        "effect_without_ties_low": _number(nullable=True),
        "effect_without_ties_high": _number(nullable=True),
        "left_out": _text(empty=True),
    },
    [_ordered("effect_low", "effect", "effect_high"), _ordered("p_value_raw", "p_value")],
)

PUBLISHED_COMPARISON = _schema(
    "published_comparison",
    [*MODEL, "shift", "severity"],
    {
        **_model(),
        "published_variant": _text(),
        "shift": _text(),
        "severity": _count(0, 5),
        "n": _count(1),
        "disagreement_rate": _rate(),
        "disagreement_low": _rate(),
        "disagreement_high": _rate(),
        "published_rate": _rate(),
        "difference": _number(-1.0, 1.0),
        "published_in_interval": pa.Column(bool),
        "accuracy": _rate(),
        "published_accuracy": _rate(),
        "shifts_compared": _count(),
        "spearman": _number(-1.0, 1.0, nullable=True),
        "spearman_p_value": _rate(nullable=True),
    },
    [_ordered("disagreement_low", "disagreement_rate", "disagreement_high")],
)

SCHEMAS: dict[str, pa.DataFrameSchema] = {
    str(schema.name): schema
    for schema in (EVALUATION, VARIANTS, DETECTORS, DISAGREEMENTS, RETRAINING, FINDINGS, PUBLISHED_COMPARISON)
}
