"""The columns of the result tables: types, ranges and keys, as pandera schemas.

Each schema's `metadata["key"]` names the columns that identify a row and that the rows are sorted by.
"""

import itertools
from collections.abc import Callable, Sequence

import pandas as pd
import pandera.pandas as pa

from quantshift.analysis.claims import LEVELS
from quantshift.analysis.estimate import INPUTS, SEEDS
from quantshift.analysis.verdict import VERDICTS

# Rounding in a rate's last bits is no fault.
TOLERANCE = 1e-12
MODEL = ["dataset", "architecture", "method", "seed", "variant"]


def _text(*, empty: bool = False, among: Sequence[str] | None = None) -> pa.Column:
    checks = [] if empty else [pa.Check.str_length(min_value=1, error="must not be empty")]
    if among is not None:
        checks.append(pa.Check.isin(among))
    return pa.Column(str, checks)


def _count(low: int = 0, high: int | None = None) -> pa.Column:
    return pa.Column("int64", pa.Check.ge(low) if high is None else pa.Check.in_range(low, high))


def _number(low: float | None = None, high: float | None = None, *, nullable: bool = False) -> pa.Column:
    checks = [] if low is None else [pa.Check.ge(low)]
    checks += [] if high is None else [pa.Check.le(high)]
    # Infinity passes the comparisons and says that something was divided by 0.
    checks.append(pa.Check(lambda values: values.abs() != float("inf"), error="must be finite"))
    return pa.Column(float, checks, nullable=nullable)


def _rate(*, nullable: bool = False) -> pa.Column:
    return _number(0.0, 1.0, nullable=nullable)


def _rows(rule: Callable[[pd.DataFrame], "pd.Series[bool]"], error: str) -> pa.Check:
    return pa.Check(rule, error=error)


def _ordered(*columns: str) -> pa.Check:
    def rule(table: pd.DataFrame) -> "pd.Series[bool]":
        fits = pd.Series(data=True, index=table.index)
        for low, high in itertools.pairwise(columns):
            fits &= table[low] <= table[high] + TOLERANCE
        return fits

    return _rows(rule, f"must hold: {' <= '.join(columns)}")


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
        "accuracy": _rate(),
        "accuracy_float32": _rate(),
        "disagreements": _count(),
        "disagreement_rate": _rate(),
        "disagreement_low": _rate(),
        "disagreement_high": _rate(),
        "negative_flips": _count(),
        "positive_flips": _count(),
        "kl_mean": _number(0.0),
        "accuracy_p_value": _rate(),
    },
    [
        _ordered("disagreement_low", "disagreement_rate", "disagreement_high"),
        _ordered("disagreements", "n"),
        _rows(
            lambda table: (table["disagreements"] / table["n"] - table["disagreement_rate"]).abs() <= TOLERANCE,
            "must hold: disagreement_rate = disagreements / n",
        ),
        _rows(
            lambda table: table["negative_flips"] + table["positive_flips"] <= table["disagreements"],
            "must hold: negative_flips + positive_flips <= disagreements",
        ),
    ],
)

VARIANTS = _schema(
    "variants",
    MODEL,
    {
        **_model(),
        "file_bytes": _count(1),
        "quantized_weight_share": _rate(),
        "integer_compute_share": _rate(nullable=True),
        "weights": _count(),
        "operators": _text(empty=True),
        "batch_size": _count(1),
        "threads": _count(1),
        "images_per_second": _number(0.0, nullable=True),
        "speedup_over_float32": _number(0.0, nullable=True),
        # Parity is between torch and onnxruntime: quantized variants have none.
        "parity_max_difference": _number(0.0, nullable=True),
        "parity_argmax_equal": pa.Column("boolean", nullable=True),
    },
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
    str(schema.name): schema for schema in (EVALUATION, VARIANTS, FINDINGS, PUBLISHED_COMPARISON)
}
