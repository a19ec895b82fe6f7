"""Measurements of each model's variants over all seeds: how often answers differ, and the gain over float32."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean
from typing import Any

from quantshift.analysis.statistics.intervals import wilson
from quantshift.core.errors import QuantshiftError
from quantshift.core.names import CLEAN_SUITE as CLEAN
from quantshift.core.names import FLOAT32, NOT_APPLICABLE

# Columns that identify a model and a test set, in this order.
MODEL = ("dataset", "architecture", "method")
TEST_SET = ("suite", "shift", "severity")
# The columns that are read from the tables `evaluation` and `variants`.
EVALUATION = (
    *(*MODEL, "seed", "variant", *TEST_SET, "n", "accuracy", "accuracy_float32"),
    *("disagreements", "disagreement_rate", "disagreement_rate_without_ties", "effective_inputs"),
)
VARIANTS = (
    *(*MODEL, "seed", "variant", "file_bytes", "speedup_over_float32", "quantized_weight_share"),
    *("integer_compute_share", "may_saturate", "saturates_without_vnni"),
    *("shifted_inputs", "shifted_rate", "shifted_rate_without_ties", "shifted_effective_inputs"),
    *("status", "reason"),
)

Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Rate:
    """A disagreement rate: the mean over seeds, with the outermost limits of the seeds' intervals.

    Attributes:
        n: number of inputs; if 0, the rate is unknown (rate 0, limits 0 and 1).
        rate: 0..1.
        low: lower limit.
        high: upper limit.
        without_ties: rate of the disagreements that are not ties.
    """

    n: int
    rate: float
    low: float
    high: float
    without_ties: float


@dataclass(frozen=True, kw_only=True)
class SetRate(Rate):
    """The rate on one test set.

    Attributes:
        suite: suite of the test set.
        shift: its shift.
        severity: its severity.
    """

    suite: str
    shift: str
    severity: int


@dataclass(frozen=True, kw_only=True)
class MeanRate(Rate):
    """The mean of the rates of several test sets, each with the same weight; `n` counts the inputs of all of them.

    Attributes:
        effective_n: number of independent inputs that would measure the rate as precisely: the least of the seeds.
    """

    effective_n: float


@dataclass(frozen=True)
class Candidate:
    """A variant of a model, over all seeds.

    Attributes:
        dataset: name of the data set.
        architecture: name of the architecture.
        method: training method of the model.
        variant: the quantized variant.
        seeds: number of seeds.
        clean: its rate on the clean test set.
        shifted: its rate on the shifted data as a whole; None if there is no shifted test set.
        worst_shifted: its highest rate on a shifted test set; None if there is none. The limits hold for all shifted
            test sets simultaneously, so none of them is likely to exceed the upper limit.
        worst: the same for all test sets, including the clean one.
        shifted_sets: number of shifted test sets.
        accuracy_float32: accuracy of float32 on the clean test set; None without labels.
        accuracy_change: the variant's accuracy minus that.
        size: file size relative to float32's.
        speed: images per second relative to float32's; None if not measured.
        quantized_weights: share of the weights that the file stores as integers or in half precision, 0..1.
        least_quantized_weights: minimum of that over the seeds.
        integer_compute: share of the multiplied weights that integer kernels multiply, 0..1; None if unknown.
        may_saturate: whether sums may have overflowed on the CPU of the run, so that other CPUs give different answers.
        saturates_without_vnni: whether sums may overflow on CPUs without VNNI, which then give different answers.
    """

    dataset: str
    architecture: str
    method: str
    variant: str
    seeds: int
    clean: SetRate
    shifted: MeanRate | None
    worst_shifted: SetRate | None
    worst: SetRate
    shifted_sets: int
    accuracy_float32: float | None
    accuracy_change: float | None
    size: float
    speed: float | None
    quantized_weights: float
    least_quantized_weights: float
    integer_compute: float | None
    may_saturate: bool
    saturates_without_vnni: bool


def candidates(evaluation: Iterable[Row], variants: Iterable[Row], confidence: float) -> list[Candidate]:
    """Return a candidate for each quantized variant of each model, sorted.

    A variant whose preset a model cannot take, even with one of its seeds, is no candidate.

    Args:
        evaluation: rows of the table `evaluation`, with the columns EVALUATION; None for empty cells.
        variants: rows of the table `variants`, with the columns VARIANTS; None for empty cells.
        confidence: confidence of the intervals, in 0..1.

    Raises:
        QuantshiftError: a model, seed or variant of one table is not in the other, or `variants` lacks the rate on
            shifted data.
    """
    listed = list(variants)
    inapplicable = {_key(row, "variant") for row in listed if row["status"] == NOT_APPLICABLE}
    files = [row for row in listed if _key(row, "variant") not in inapplicable]
    measured = [row for row in evaluation if row["variant"] != FLOAT32 and _key(row, "variant") not in inapplicable]
    float32_bytes = {_key(row, "seed"): row["file_bytes"] for row in files if row["variant"] == FLOAT32}
    by_evaluation = _grouped(measured, *MODEL, "variant")
    by_file = _grouped((row for row in files if row["variant"] != FLOAT32), *MODEL, "variant")
    for rows_by_key, others, name in ((by_evaluation, by_file, "variants"), (by_file, by_evaluation, "evaluation")):
        if absent := sorted(set(rows_by_key) - set(others)):
            raise QuantshiftError(f"the table {name} has no row for {'/'.join(absent[0])}: run snakemake again")
    for key, rows in by_evaluation.items():
        if {row["seed"] for row in rows} != {row["seed"] for row in by_file[key]}:
            raise QuantshiftError(
                f"the tables evaluation and variants have different seeds of {'/'.join(key)}: run snakemake again"
            )
    results = []
    for key in sorted(by_evaluation):
        dataset, architecture, method, variant = key
        rows = by_evaluation[key]
        sets = _grouped(rows, *TEST_SET)
        clean = [row for row in rows if row["suite"] == CLEAN]
        shifted = [part for (suite, *_), part in sorted(sets.items()) if suite != CLEAN]
        results.append(
            Candidate(
                dataset=dataset,
                architecture=architecture,
                method=method,
                variant=variant,
                seeds=len({row["seed"] for row in rows}),
                clean=rate(clean, confidence),
                shifted=mean_rate(by_file[key], confidence) if shifted else None,
                worst_shifted=highest(shifted, confidence) if shifted else None,
                worst=highest([clean, *shifted], confidence),
                shifted_sets=len(shifted),
                accuracy_float32=_mean(row["accuracy_float32"] for row in clean),
                accuracy_change=_mean(_difference(row["accuracy"], row["accuracy_float32"]) for row in clean),
                **_file(by_file[key], float32_bytes),
            )
        )
    return results


def rate(rows: Sequence[Row], confidence: float) -> SetRate:
    """Return the rate on one test set from its rows, one per seed; unknown without rows or inputs."""
    first: Row = rows[0] if rows else {"suite": CLEAN, "shift": "none", "severity": 0}
    names: dict[str, Any] = {
        "suite": str(first["suite"]),
        "shift": str(first["shift"]),
        "severity": int(first["severity"]),
    }
    n = min((int(row["n"]) for row in rows), default=0)
    if n == 0:
        return SetRate(**names, n=0, rate=0.0, low=0.0, high=1.0, without_ties=0.0)
    # Inputs of one source, such as a group of the user's samples, are not independent.
    effective = [row["effective_inputs"] for row in rows]
    events = [row["disagreements"] * number / row["n"] for row, number in zip(rows, effective, strict=True)]
    low, high = wilson(events, effective, confidence)
    return SetRate(
        **names,
        n=n,
        rate=fmean(row["disagreement_rate"] for row in rows),
        low=float(low.min()),
        high=float(high.max()),
        without_ties=fmean(row["disagreement_rate_without_ties"] for row in rows),
    )


def mean_rate(rows: Sequence[Row], confidence: float) -> MeanRate:
    """Return the rate on the shifted data as a whole, from the rows of the table `variants`, one per seed.

    The limits are those of Wilson's interval with the effective number of inputs (Korn & Graubard 1998; Franco, Little,
    Louis & Slud 2019).
    """
    for row in rows:
        if row["shifted_rate"] is None:
            raise QuantshiftError(
                f"the table variants has no shifted_rate for {'/'.join(_key(row, 'seed', 'variant'))}, but the table "
                "evaluation has shifted test sets: run snakemake again"
            )
    effective = [row["shifted_effective_inputs"] for row in rows]
    events = [row["shifted_rate"] * n for row, n in zip(rows, effective, strict=True)]
    low, high = wilson(events, effective, confidence)
    return MeanRate(
        n=min(int(row["shifted_inputs"]) for row in rows),
        rate=fmean(row["shifted_rate"] for row in rows),
        low=float(low.min()),
        high=float(high.max()),
        without_ties=fmean(row["shifted_rate_without_ties"] for row in rows),
        effective_n=min(effective),
    )


def highest(sets: Sequence[Sequence[Row]], confidence: float) -> SetRate:
    """Return the highest rate of test sets, with limits that hold for all of them simultaneously.

    The test set with the highest rate is selected after the measurement, which requires Bonferroni's correction over
    the test sets. A smaller set with a lower rate may have the highest upper limit.
    """
    rates = [rate(rows, 1 - (1 - confidence) / len(sets)) for rows in sets]
    worst = max(rates, key=lambda rate: rate.rate)
    return replace(worst, low=max(rate.low for rate in rates), high=max(rate.high for rate in rates))


def _file(rows: Sequence[Row], float32_bytes: Mapping[tuple[str, ...], int]) -> dict[str, Any]:
    """Return the facts about a variant's files: means over the seeds, and warnings that apply to any seed."""
    for row in rows:
        if _key(row, "seed") not in float32_bytes:
            raise QuantshiftError(f"the table variants has no float32 row for {'/'.join(_key(row, 'seed'))}")
    size = _mean(row["file_bytes"] / float32_bytes[_key(row, "seed")] for row in rows)
    shares = [row["quantized_weight_share"] for row in rows]
    return {
        "size": size,
        "speed": _mean(row["speedup_over_float32"] for row in rows),
        "quantized_weights": _mean(shares),
        "least_quantized_weights": min(shares),
        "integer_compute": _mean(row["integer_compute_share"] for row in rows),
        "may_saturate": any(row["may_saturate"] for row in rows),
        "saturates_without_vnni": any(row["saturates_without_vnni"] for row in rows),
    }


def _grouped(rows: Iterable[Row], *columns: str) -> dict[tuple[Any, ...], list[Row]]:
    groups: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        groups[tuple(row[column] for column in columns)].append(row)
    return groups


def _key(row: Row, *columns: str) -> tuple[str, ...]:
    """Return a row's model and further columns as strings."""
    return tuple(str(row[column]) for column in (*MODEL, *columns))


def _mean(values: Iterable[float | None]) -> float | None:
    """Return the mean of the values that are not None, or None if there are none."""
    present = [value for value in values if value is not None]
    return fmean(present) if present else None


def _difference(value: float | None, other: float | None) -> float | None:
    return None if value is None or other is None else value - other
