"""Disagreement rates over all seeds, with limits that each hold with a stated confidence."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean
from typing import Any

from quantshift.analysis.statistics.intervals import one_sided
from quantshift.core.names import CLEAN_SUITE as CLEAN

# A row of a table: values by column, None for empty cells.
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Limiting:
    """The seed and test set with the highest upper limit, which decides how many inputs a decision needs.

    Attributes:
        rate: its rate, 0..1.
        n: number of inputs.
        effective_n: number of independent inputs that would measure the rate as precisely.
    """

    rate: float
    n: int
    effective_n: float


@dataclass(frozen=True, kw_only=True)
class Rate:
    """A disagreement rate: the mean over seeds, with the outermost limits of the seeds.

    Attributes:
        n: number of inputs of each seed; if 0, the rate is unknown (rate 0, limits 0 and 1).
        disagreements: number over all seeds.
        ties: number of them that are ties.
        rate: 0..1.
        low: lower limit.
        high: upper limit.
        without_ties: rate of the disagreements that are not ties.
        effective_n: number of independent inputs that would measure the rate as precisely: the least of the seeds.
        limiting: the seed and test set with the highest upper limit.
    """

    n: int
    disagreements: int
    ties: int
    rate: float
    low: float
    high: float
    without_ties: float
    effective_n: float
    limiting: Limiting


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
    """The mean of the rates of several test sets, each with the same weight; `n` counts the inputs of all of them."""


@dataclass(frozen=True, kw_only=True)
class ClassRate:
    """The rate on the clean test inputs of one class, over all seeds.

    Attributes:
        number: the class.
        n: number of inputs of each seed.
        disagreements: number over all seeds.
        rate: mean over seeds, 0..1.
        low: lower limit of that mean, with the inputs of one seed.
        high: upper limit.
        effective_n: number of independent inputs that would measure the rate as precisely: the least of the seeds.
    """

    number: int
    n: int
    disagreements: int
    rate: float
    low: float
    high: float
    effective_n: float


def set_rate(rows: Sequence[Row], confidence: float) -> SetRate:
    """Return the rate on one test set from its rows in the table `evaluation`, one per seed.

    Without rows or inputs it is unknown.
    """
    first: Row = rows[0] if rows else {"suite": CLEAN, "shift": "none", "severity": 0}
    names: dict[str, Any] = {
        "suite": str(first["suite"]),
        "shift": str(first["shift"]),
        "severity": int(first["severity"]),
    }
    n = min((int(row["n"]) for row in rows), default=0)
    if n == 0:
        return SetRate(
            **names,
            n=0,
            disagreements=0,
            ties=0,
            rate=0.0,
            low=0.0,
            high=1.0,
            without_ties=0.0,
            effective_n=0.0,
            limiting=Limiting(0.0, 0, 0.0),
        )
    rates = [float(row["disagreement_rate"]) for row in rows]
    effective = [float(row["effective_inputs"]) for row in rows]
    return SetRate(
        **names,
        n=n,
        disagreements=sum(int(row["disagreements"]) for row in rows),
        ties=sum(int(row["tied_disagreements"]) for row in rows),
        rate=fmean(rates),
        without_ties=fmean(row["disagreement_rate_without_ties"] for row in rows),
        effective_n=min(effective),
        **_limits(rates, [int(row["n"]) for row in rows], effective, confidence),
    )


def mean_rate(rows: Sequence[Row], sets: Sequence[Sequence[Row]], confidence: float) -> MeanRate:
    """Return the rate on the shifted data as a whole.

    The limits are exact ones with the effective number of inputs (Korn & Graubard 1998; Franco, Little, Louis & Slud
    2019).

    Args:
        rows: the variant's rows in the table `variants`, one per seed.
        sets: its rows in the table `evaluation` for each shifted test set.
        confidence: confidence of each limit, in 0..1.
    """
    rates = [float(row["shifted_rate"]) for row in rows]
    sizes = [int(row["shifted_inputs"]) for row in rows]
    effective = [float(row["shifted_effective_inputs"]) for row in rows]
    return MeanRate(
        n=min(sizes),
        disagreements=sum(int(row["disagreements"]) for part in sets for row in part),
        ties=sum(int(row["tied_disagreements"]) for part in sets for row in part),
        rate=fmean(rates),
        without_ties=fmean(row["shifted_rate_without_ties"] for row in rows),
        effective_n=min(effective),
        **_limits(rates, sizes, effective, confidence),
    )


def highest(sets: Sequence[Sequence[Row]], confidence: float) -> SetRate:
    """Return the highest rate of test sets, with limits that hold for all of them simultaneously.

    The test set with the highest rate is selected after the measurement, which requires Bonferroni's correction over
    the test sets. A smaller set with a lower rate may have the highest upper limit.
    """
    rates = [set_rate(rows, simultaneous(confidence, len(sets))) for rows in sets]
    worst = max(rates, key=lambda rate: rate.rate)
    widest = max(rates, key=lambda rate: rate.high)
    return replace(worst, low=max(rate.low for rate in rates), high=widest.high, limiting=widest.limiting)


def simultaneous(confidence: float, count: int) -> float:
    """Return the confidence of each of several limits which hold simultaneously with a confidence (Bonferroni)."""
    return 1 - (1 - confidence) / count


def class_rate(
    number: int, *, n: int, disagreements: int, rate: float, effective_n: float, confidence: float
) -> ClassRate:
    """Return the rate of a class with its limits; see `ClassRate`."""
    low, high = one_sided(rate * effective_n, effective_n, confidence)
    return ClassRate(
        number=number,
        n=n,
        disagreements=disagreements,
        rate=rate,
        low=float(low),
        high=float(high),
        effective_n=effective_n,
    )


def with_confidence(rates: Iterable[ClassRate], confidence: float) -> tuple[ClassRate, ...]:
    """Return the rates of classes with limits of another confidence."""
    return tuple(
        class_rate(
            rate.number,
            n=rate.n,
            disagreements=rate.disagreements,
            rate=rate.rate,
            effective_n=rate.effective_n,
            confidence=confidence,
        )
        for rate in rates
    )


def _limits(
    rates: Sequence[float], sizes: Sequence[int], effective: Sequence[float], confidence: float
) -> dict[str, Any]:
    """Return the outermost limits of seeds, and the seed with the highest upper limit."""
    events = [rate * n for rate, n in zip(rates, effective, strict=True)]
    low, high = one_sided(events, effective, confidence)
    widest = int(high.argmax())
    return {
        "low": float(low.min()),
        "high": float(high.max()),
        "limiting": Limiting(rates[widest], sizes[widest], effective[widest]),
    }
