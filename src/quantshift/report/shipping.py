"""Can it be shipped: for each model and quantized variant, how often its answers differ and what it gains."""

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import pandas as pd

from quantshift.analysis.statistics.intervals import CONFIDENCE, wilson
from quantshift.core.names import FLOAT32
from quantshift.report.gain import withheld

CLEAN = "clean"
MODEL = ["dataset", "architecture", "method"]


@dataclass(frozen=True)
class Rate:
    """A disagreement rate on one test set: the mean over the seeds, its limits the widest of the seeds' intervals.

    Attributes:
        suite: the test set's suite.
        shift: its shift.
        severity: its severity.
        n: the number of its inputs.
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
class Line:
    """A line of the table: a model's variant, over all seeds.

    Attributes:
        dataset: name of the data set.
        architecture: name of the architecture.
        method: how the model was trained.
        variant: the quantized variant.
        seeds: number of seeds.
        clean: its rate on the clean test set, with its 95 % interval.
        worst: its rate on the shifted test set with the highest; the limits are of the highest rate of all shifted test
            sets at once, so that none of them is likely to exceed the upper one. None where there is no shifted set.
        shifted_sets: the number of shifted test sets.
        accuracy_float32: float32's accuracy on the clean test set.
        accuracy_change: accuracy minus that, on the same.
        size: of the file, as a share of float32's.
        speed: images per second, as a multiple of float32's; None where it was not measured.
        quantized_weights: the share of the weights that the file stores as integers or in half precision, 0..1.
        integer_compute: the share of the multiplied weights that integer kernels multiply, 0..1; None: not known.
        may_saturate: whether sums may have overflowed on the CPU of the run, so that other CPUs answer otherwise.
        saturates_without_vnni: whether sums may overflow on CPUs without VNNI, which then give different answers.
        withheld: why it is not worth shipping, by the user's preference (see `gain.withheld`).
    """

    dataset: str
    architecture: str
    method: str
    variant: str
    seeds: int
    clean: Rate
    worst: Rate | None
    shifted_sets: int
    accuracy_float32: float
    accuracy_change: float
    size: float
    speed: float | None
    quantized_weights: float
    integer_compute: float | None
    may_saturate: bool
    saturates_without_vnni: bool
    withheld: dict[str, str | None]


class Gains(NamedTuple):
    """What a variant gains by which means, over all seeds; see `Line`."""

    size: float
    speed: float | None
    quantized_weights: float
    integer_compute: float | None
    may_saturate: bool
    saturates_without_vnni: bool
    withheld: dict[str, str | None]


def lines(evaluation: pd.DataFrame, variants: pd.DataFrame) -> list[Line]:
    """Return a line for each model and quantized variant, sorted.

    Args:
        evaluation: the evaluation table.
        variants: the variants table.
    """
    quantized = evaluation[evaluation["variant"] != FLOAT32]
    gains = _gains(variants)
    found = []
    for names, rows in quantized.groupby([*MODEL, "variant"], sort=True):
        dataset, architecture, method, variant = (str(name) for name in names)
        clean, shifted = rows[rows["suite"] == CLEAN], rows[rows["suite"] != CLEAN]
        tested = [here for _, here in shifted.groupby(["suite", "shift", "severity"], sort=True)]
        # The highest of many rates is no rate picked beforehand: Bonferroni over the test sets. A smaller set with a
        # lower rate may have the highest upper limit.
        rates = [rate(here, 1 - (1 - CONFIDENCE) / len(tested)) for here in tested]
        worst = max(rates, key=lambda one: one.rate, default=None)
        if worst:
            worst = replace(worst, low=max(one.low for one in rates), high=max(one.high for one in rates))
        change = float((clean["accuracy"] - clean["accuracy_float32"]).mean())
        found.append(
            Line(
                dataset=dataset,
                architecture=architecture,
                method=method,
                variant=variant,
                seeds=int(rows["seed"].nunique()),
                clean=rate(clean),
                worst=worst,
                shifted_sets=len(tested),
                accuracy_float32=float(clean["accuracy_float32"].mean()),
                accuracy_change=change,
                **gains[dataset, architecture, method, variant]._asdict(),
            )
        )
    return found


def rate(rows: pd.DataFrame, confidence: float = CONFIDENCE) -> Rate:
    """Return the rate of one test set from its rows, one a seed."""
    low, high = wilson(rows["disagreements"].to_numpy(), rows["n"].to_numpy(), confidence)
    first = rows.iloc[0]
    return Rate(
        suite=str(first["suite"]),
        shift=str(first["shift"]),
        severity=int(first["severity"]),
        n=int(first["n"]),
        rate=float(rows["disagreement_rate"].mean()),
        low=float(low.min()),
        high=float(high.max()),
        without_ties=float(rows["disagreement_rate_without_ties"].mean()),
    )


def _gains(variants: pd.DataFrame) -> dict[tuple[str, str, str, str], Gains]:
    """Return what each variant gains: means over the seeds; a warning holds where it does for any seed."""
    reference = variants[variants["variant"] == FLOAT32].set_index([*MODEL, "seed"])["file_bytes"]
    found = variants.join(reference.rename("float32_bytes"), on=[*MODEL, "seed"])
    found = found.assign(size=found["file_bytes"] / found["float32_bytes"])
    means = found.groupby([*MODEL, "variant"]).agg(
        size=("size", "mean"),
        speed=("speedup_over_float32", "mean"),
        quantized_weights=("quantized_weight_share", "mean"),
        integer_compute=("integer_compute_share", "mean"),
        may_saturate=("may_saturate", "max"),
        saturates_without_vnni=("saturates_without_vnni", "max"),
        least_quantized=("quantized_weight_share", "min"),
    )
    gains: dict[tuple[str, str, str, str], Gains] = {}
    for place, names in enumerate(means.index):
        row: dict[Any, Any] = means.iloc[place].to_dict()
        dataset, architecture, method, variant = (str(name) for name in names)
        speed = None if pd.isna(row["speed"]) else float(row["speed"])
        gains[dataset, architecture, method, variant] = Gains(
            size=float(row["size"]),
            speed=speed,
            quantized_weights=float(row["quantized_weights"]),
            integer_compute=None if pd.isna(row["integer_compute"]) else float(row["integer_compute"]),
            may_saturate=bool(row["may_saturate"]),
            saturates_without_vnni=bool(row["saturates_without_vnni"]),
            withheld=withheld(float(row["size"]), speed, float(row["least_quantized"])),
        )
    return gains
