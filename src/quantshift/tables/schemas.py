"""The columns of the result tables as pandera schemas: types, ranges and keys.

Each schema's `metadata["key"]` names the columns that identify a row and that the rows are sorted by.
"""

from collections.abc import Sequence

import pandas as pd
import pandera.pandas as pa

from quantshift.core.names import APPLICABLE, FLOAT32, INPUTS, LEVELS, SEEDS, STATUSES, VERDICTS
from quantshift.tables.columns import (
    TOLERANCE,
    all_or_none,
    count,
    limited,
    number,
    optional_count,
    ordered,
    rate,
    rows,
    text,
)

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
    return {"dataset": text(), "architecture": text(), "method": text(), "seed": count(), "variant": text()}


EVALUATION = _schema(
    "evaluation",
    [*MODEL, "suite", "shift", "severity"],
    {
        **_model(),
        "suite": text(),
        "shift": text(),
        "severity": count(0, 5),
        "n": count(1),
        "accuracy": rate(nullable=True),
        "accuracy_float32": rate(nullable=True),
        "disagreements": count(),
        "disagreement_rate": rate(),
        "disagreement_low": rate(),
        "disagreement_high": rate(),
        "negative_flips": optional_count(),
        "positive_flips": optional_count(),
        "kl_mean": number(0.0, nullable=True),
        "accuracy_p_value": rate(nullable=True),
        "tied_disagreements": count(),
        "disagreement_rate_without_ties": rate(),
        "disagreement_low_without_ties": rate(),
        "disagreement_high_without_ties": rate(),
        "most_frequent_share": rate(nullable=True),
        # Number of independent inputs that would measure the rate as precisely.
        "effective_inputs": number(0.0),
    },
    [
        ordered("disagreement_low", "disagreement_rate", "disagreement_high"),
        ordered(*(f"disagreement_{name}_without_ties" for name in ("low", "rate", "high"))),
        ordered("tied_disagreements", "disagreements", "n"),
        rows(
            lambda table: (table["disagreements"] / table["n"] - table["disagreement_rate"]).abs() <= TOLERANCE,
            "must hold: disagreement_rate = disagreements / n",
        ),
        rows(
            _without_ties,
            "must hold: disagreement_rate_without_ties = (disagreements - tied_disagreements) / n",
        ),
        rows(
            lambda table: (table["negative_flips"] + table["positive_flips"] <= table["disagreements"]).fillna(True),
            "must hold: negative_flips + positive_flips <= disagreements",
        ),
        all_or_none(*WITH_LABELS),
        ordered("effective_inputs", "n"),
    ],
)

VARIANTS = _schema(
    "variants",
    MODEL,
    {
        **_model(),
        "file_bytes": optional_count(1),
        "quantized_weight_share": rate(nullable=True),
        "integer_compute_share": rate(nullable=True),
        "weights": optional_count(),
        "operators": text(empty=True),
        "may_saturate": pa.Column("boolean", nullable=True),
        "saturates_without_vnni": pa.Column("boolean", nullable=True),
        "batch_size": optional_count(1),
        "threads": optional_count(1),
        "images_per_second": number(0.0, nullable=True),
        "speedup_over_float32": number(0.0, nullable=True),
        # Between torch and onnxruntime, for the float32 file from which the variant was made.
        "parity_max_difference": number(0.0, nullable=True),
        "parity_argmax_equal": pa.Column("boolean", nullable=True),
        "training_rounding": text(among=("none", "weights", "weights and activations")),
        # Over all test sets of the data set; empty if not applicable or without disagreements.
        "disagreements": optional_count(),
        "tied_disagreements": optional_count(),
        "worst_shift": text(empty=True),
        "worst_shift_rate": rate(nullable=True),
        "worst_shift_n": number(1.0, nullable=True),
        "worst_class": text(empty=True),
        "worst_class_rate": rate(nullable=True),
        "worst_class_n": number(1.0, nullable=True),
        "severity_slope": number(-1.0, 1.0, nullable=True),
        "severity_shifts": optional_count(),
        "steepest_shift": text(empty=True),
        "steepest_slope": number(-1.0, 1.0, nullable=True),
        # Over all shifted test sets of the data set; empty without any.
        "shifted_inputs": number(1.0, nullable=True),
        "shifted_rate": rate(nullable=True),
        "shifted_rate_without_ties": rate(nullable=True),
        "shifted_effective_inputs": number(0.0, nullable=True),
        # Whether the model can take the preset, and else the reason; the row then has no measured values.
        "status": text(among=STATUSES),
        "reason": text(empty=True),
        # What was assumed about a file that the user gives, or what a search of operators has tried and chosen.
        "notes": text(empty=True),
    },
    [
        rows(
            lambda table: (table["status"] == APPLICABLE) == (table["reason"] == ""),
            "must have a reason if the preset is not applicable, and else none",
        ),
        rows(
            lambda table: (table["variant"] != FLOAT32) | (table["status"] == APPLICABLE),
            "must hold: float32 has the status ok",
        ),
        rows(
            _measured,
            f"must have {', '.join(MEASURED)}, or no measured values at all if the preset is not applicable",
        ),
        all_or_none(*SHIFTED),
        ordered("shifted_rate_without_ties", "shifted_rate"),
        ordered("shifted_effective_inputs", "shifted_inputs"),
    ],
)

DETECTORS = _schema(
    "detectors",
    [*MODEL, "shift_group", "metric", "protocol", "view"],
    {
        **_model(),
        "shift_group": text(),
        "metric": text(),
        "protocol": text(among=("natural", "published")),
        "n_disagreements": count(),
        # Empty if a group lacks disagreements or agreements; limits are empty if there are too few to resample.
        "auroc": rate(nullable=True),
        "aupr": rate(nullable=True),
        "tnr_at_tpr95": rate(nullable=True),
        "view": text(among=("variant", "float32")),
        "n": count(),
        "prevalence": rate(nullable=True),
        "auroc_low": rate(nullable=True),
        "auroc_high": rate(nullable=True),
        "aupr_low": rate(nullable=True),
        "aupr_high": rate(nullable=True),
        "tnr_at_tpr95_low": rate(nullable=True),
        "tnr_at_tpr95_high": rate(nullable=True),
        "sign": number(-1.0, 1.0, nullable=True),
        "threshold": number(nullable=True),
        "fitted_disagreements": number(0.0, nullable=True),
        "tpr_at_threshold": rate(nullable=True),
        "tnr_at_threshold": rate(nullable=True),
        "threshold_expected_tpr": rate(nullable=True),
        "threshold_confidence": rate(nullable=True),
    },
    [limited(figure) for figure in ("auroc", "aupr", "tnr_at_tpr95")],
)

DISAGREEMENTS = _schema(
    "disagreements",
    ["suite", "shift", "severity", "input"],
    {
        "suite": text(),
        "shift": text(),
        "severity": count(0, 5),
        "input": count(),
        "source": pa.Column("int64"),
        "label": optional_count(),
        "top1_float32": count(),
        "top1_variant": count(),
        # Up to 1 for logits and probabilities, a distance for a score, and empty for a model that returns labels.
        "margin_float32": number(0.0, nullable=True),
        "margin_variant": number(0.0, nullable=True),
        "tied": pa.Column(bool),
    },
    [
        rows(
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
        "protocol": text(among=("control", "held_out", "published")),
        "n": count(1),
        "before": count(),
        "after": count(),
        "persisting": count(),
        "fixed": count(),
        "new": count(),
        "accuracy_before": rate(),
        "accuracy_after": rate(),
        "disagreement_rate_before": rate(),
        "disagreement_rate_after": rate(),
        "change": number(-1.0, 1.0),
        "change_low": number(-1.0, 1.0),
        "change_high": number(-1.0, 1.0),
        "change_p_value": rate(),
        "accuracy_float32_before": rate(),
        "accuracy_float32_after": rate(),
        "leaks": pa.Column(bool),
        "added": count(),
        "persisting_by_chance": number(0.0),
        "accuracy_validation_before": rate(),
        "accuracy_validation_after": rate(),
        "ruined": pa.Column(bool),
        # The published study's counts, for its own number of inputs; empty if it has no such cell.
        "published_before": number(0.0, nullable=True),
        "published_after": number(0.0, nullable=True),
    },
    [
        ordered("change_low", "change", "change_high"),
        rows(
            lambda table: (
                (table["persisting"] + table["fixed"] == table["before"])
                & (table["persisting"] + table["new"] == table["after"])
            ),
            "must hold: persisting + fixed = before and persisting + new = after",
        ),
        rows(
            lambda table: (table["after"] - table["before"] - table["change"] * table["n"]).abs() <= 1e-6,
            "must hold: change = (after - before) / n",
        ),
        rows(
            lambda table: (
                (table["persisting_by_chance"] * table["n"] - table["before"] * table["after"]).abs()
                <= 1e-6 * table["n"]
            ),
            "must hold: persisting_by_chance = before * after / n",
        ),
        rows(
            lambda table: (table["protocol"] != "control") | (table["added"] == 0),
            "must hold: added = 0 for the protocol control",
        ),
    ],
)

FINDINGS = _schema(
    "findings",
    ["finding", "level", "scope"],
    {
        "finding": count(1, 4),
        "scope": text(),
        "statement": text(),
        "verdict": text(among=VERDICTS),
        "effect": number(),
        "effect_low": number(),
        "effect_high": number(),
        "p_value": rate(),
        "n": count(1),
        "level": text(among=LEVELS),
        "dataset": text(empty=True),
        "architecture": text(empty=True),
        "method": text(empty=True),
        "variant": text(empty=True),
        "suite": text(empty=True),
        "p_value_raw": rate(),
        "unit": text(among=(INPUTS, SEEDS)),
        "seeds": count(1),
        "published_effect": number(nullable=True),
        "events": count(),
        "seed_sets": count(),
        "effect_without_ties": number(nullable=True),
        "effect_without_ties_low": number(nullable=True),
        "effect_without_ties_high": number(nullable=True),
        "left_out": text(empty=True),
    },
    [ordered("effect_low", "effect", "effect_high"), ordered("p_value_raw", "p_value")],
)

PUBLISHED_COMPARISON = _schema(
    "published_comparison",
    [*MODEL, "shift", "severity"],
    {
        **_model(),
        "published_variant": text(),
        "shift": text(),
        "severity": count(0, 5),
        "n": count(1),
        "disagreement_rate": rate(),
        "disagreement_low": rate(),
        "disagreement_high": rate(),
        "published_rate": rate(),
        "difference": number(-1.0, 1.0),
        "published_in_interval": pa.Column(bool),
        "accuracy": rate(),
        "published_accuracy": rate(),
        "shifts_compared": count(),
        "spearman": number(-1.0, 1.0, nullable=True),
        "spearman_p_value": rate(nullable=True),
    },
    [ordered("disagreement_low", "disagreement_rate", "disagreement_high")],
)

SCHEMAS: dict[str, pa.DataFrameSchema] = {
    str(schema.name): schema
    for schema in (EVALUATION, VARIANTS, DETECTORS, DISAGREEMENTS, RETRAINING, FINDINGS, PUBLISHED_COMPARISON)
}
