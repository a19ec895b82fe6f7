"""What was measured of each model's variants, over all seeds: how often answers differ, and what is gained."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean
from typing import Any

from quantshift.analysis.statistics.intervals import wilson
from quantshift.core.errors import QuantshiftError
from quantshift.core.names import CLEAN_SUITE as CLEAN
from quantshift.core.names import FLOAT32

# Of a table's row, in this order.
MODEL = ("dataset", "architecture", "method")
TEST_SET = ("suite", "shift", "severity")
# The columns that are read of the tables `evaluation` and `variants`.
EVALUATION = (
    *(*MODEL, "seed", "variant", *TEST_SET, "n", "accuracy", "accuracy_float32"),
    *("disagreements", "disagreement_rate", "disagreement_rate_without_ties"),
)
VARIANTS = (
    *(*MODEL, "seed", "variant", "file_bytes", "speedup_over_float32", "quantized_weight_share"),
    *("integer_compute_share", "may_saturate", "saturates_without_vnni"),
)

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Rate:
    """A disagreement rate on one test set: the mean over the seeds, its limits the widest of the seeds' intervals.

    Attributes:
        suite: the test set's suite.
        shift: its shift.
        severity: its severity.
        n: the number of its inputs; with none the rate is unknown (0, from 0 to 1).
        rate: 0..1.
        low: lower limit.
        high: upper limit.
        without_ties: the rate of the disagreements that are not ties.
    """

    suite: str
    shift: str
    severity: int
    n: int
    rate: float
    low: float
    high: float
    without_ties: float


@dataclass(frozen=True)
class Candidate:
    """A model's variant, over all seeds.

    Attributes:
        dataset: name of the data set.
        architecture: name of the architecture.
        method: how the model was trained.
        variant: the quantized variant.
        seeds: number of seeds.
        clean: its rate on the clean test set.
        shifted: its rate on the shifted test set with the highest; the limits are the highest of all shifted test sets
            at once, so that none of them is likely to exceed the upper one. None where there is no shifted test set.
        worst: the same over all test sets, the clean one included.
        shifted_sets: the number of shifted test sets.
        accuracy_float32: float32's accuracy on the clean test set; None without labels.
        accuracy_change: accuracy minus that, on the same.
        size: of the file, as a share of float32's.
        speed: images per second, as a multiple of float32's; None where it was not measured.
        quantized_weights: the share of the weights that the file stores as integers or in half precision, 0..1.
        least_quantized_weights: the least of that over the seeds.
        integer_compute: the share of the multiplied weights that integer kernels multiply, 0..1; None: not known.
        may_saturate: whether sums may have overflowed on the CPU of the run, so that other CPUs give different answers.
        saturates_without_vnni: whether sums may overflow on CPUs without VNNI, which then give different answers.
    """

    dataset: str
    architecture: str
    method: str
    variant: str
    seeds: int
    clean: Rate
    shifted: Rate | None
    worst: Rate
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
    """Return what was measured of each model's quantized variants, sorted.

    Args:
        evaluation: rows of the table `evaluation`, with the columns EVALUATION; None is empty.
        variants: rows of the table `variants`, with the columns VARIANTS; None is empty.
        confidence: of the intervals, in 0..1.

    Raises:
        QuantshiftError: a model or variant of one table is not in the other.
    """
    measured = [row for row in evaluation if row["variant"] != FLOAT32]
    files = list(variants)
    float32_bytes = {_key(row, "seed"): row["file_bytes"] for row in files if row["variant"] == FLOAT32}
    by_evaluation = _grouped(measured, *MODEL, "variant")
    by_file = _grouped((row for row in files if row["variant"] != FLOAT32), *MODEL, "variant")
    for one, other, name in ((by_evaluation, by_file, "variants"), (by_file, by_evaluation, "evaluation")):
        if absent := sorted(set(one) - set(other)):
            raise QuantshiftError(f"the table {name} has no row of {'/'.join(absent[0])}: run snakemake again")
    found = []
    for key in sorted(by_evaluation):
        dataset, architecture, method, variant = key
        rows = by_evaluation[key]
        sets = _grouped(rows, *TEST_SET)
        clean = [row for row in rows if row["suite"] == CLEAN]
        shifted = [part for (suite, *_), part in sorted(sets.items()) if suite != CLEAN]
        found.append(
            Candidate(
                dataset=dataset,
                architecture=architecture,
                method=method,
                variant=variant,
                seeds=len({row["seed"] for row in rows}),
                clean=rate(clean, confidence),
                shifted=highest(shifted, confidence) if shifted else None,
                worst=highest([clean, *shifted], confidence),
                shifted_sets=len(shifted),
                accuracy_float32=_mean(row["accuracy_float32"] for row in clean),
                accuracy_change=_mean(_difference(row["accuracy"], row["accuracy_float32"]) for row in clean),
                **_file(by_file[key], float32_bytes),
            )
        )
    return found


def rate(rows: Sequence[Row], confidence: float) -> Rate:
    """Return the rate of one test set from its rows, one for each seed; unknown without rows or inputs."""
    first: Row = rows[0] if rows else {"suite": CLEAN, "shift": "none", "severity": 0}
    place = (str(first["suite"]), str(first["shift"]), int(first["severity"]))
    n = min((int(row["n"]) for row in rows), default=0)
    if n == 0:
        return Rate(*place, n=0, rate=0.0, low=0.0, high=1.0, without_ties=0.0)
    low, high = wilson([row["disagreements"] for row in rows], [row["n"] for row in rows], confidence)
    return Rate(
        *place,
        n=n,
        rate=fmean(row["disagreement_rate"] for row in rows),
        low=float(low.min()),
        high=float(high.max()),
        without_ties=fmean(row["disagreement_rate_without_ties"] for row in rows),
    )


def highest(sets: Sequence[Sequence[Row]], confidence: float) -> Rate:
    """Return the highest rate of test sets, with limits that hold for all of them at once.

    The highest of many rates was not chosen beforehand: Bonferroni's correction over the test sets. A smaller set with
    a lower rate may have the highest upper limit.
    """
    rates = [rate(rows, 1 - (1 - confidence) / len(sets)) for rows in sets]
    worst = max(rates, key=lambda found: found.rate)
    return replace(worst, low=max(found.low for found in rates), high=max(found.high for found in rates))


def _file(rows: Sequence[Row], float32_bytes: Mapping[tuple[str, ...], int]) -> dict[str, Any]:
    """Return what is known of a variant's files: means over the seeds; a warning holds where it does for any seed."""
    for row in rows:
        if _key(row, "seed") not in float32_bytes:
            raise QuantshiftError(f"the table variants has no float32 of {'/'.join(_key(row, 'seed'))}")
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
    """Return a row's model and further columns as texts."""
    return tuple(str(row[column]) for column in (*MODEL, *columns))


def _mean(values: Iterable[float | None]) -> float | None:
    """Return the mean of the values that are there, or None."""
    there = [value for value in values if value is not None]
    return fmean(there) if there else None


def _difference(value: float | None, other: float | None) -> float | None:
    return None if value is None or other is None else value - other
