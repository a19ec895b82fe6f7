"""Durations from records: for each kind of work, a line of fixed seconds and seconds per unit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np
from scipy.optimize import nnls

from quantshift.planning.records import Record
from quantshift.planning.work_kind import Work

# Amounts must differ by this factor to separate fixed seconds from seconds per unit. The smaller factor suffices if
# several kinds are combined.
SPREAD, MIN_SPREAD = 3.0, 1.5
# Largest fraction of a kind's time that is assumed to be fixed if its own records cannot show it.
MAX_FIXED = 0.5


@dataclass(frozen=True)
class Line:
    """The duration of work as a function of its amount.

    Attributes:
        fixed: core seconds independent of the amount.
        unit: core seconds per unit.
    """

    fixed: float
    unit: float

    def seconds(self, amount: float) -> float:
        """Return the core seconds for an amount."""
        return self.fixed + self.unit * amount


def fit(amounts: Sequence[float], seconds: Sequence[float]) -> Line:
    """Fit a line with non-negative coefficients to points.

    Minimizes squared relative errors, so that long times do not dominate short ones.

    Args:
        amounts: positive amounts.
        seconds: the duration of each.

    >>> fit([10, 20, 100], [3.0, 4.0, 12.0])
    Line(fixed=2.0, unit=0.1)
    """
    x, y = np.array(amounts, dtype=np.float64), np.array(seconds, dtype=np.float64)
    weights = 1 / np.maximum(y, np.median(y) / 10 + 1e-9)
    # Scale amounts to about 1; otherwise rounding would lose the fixed part next to millions of values.
    scale = x.max()
    (fixed, unit), _ = nnls(np.stack([weights, weights * x / scale], axis=1), weights * y)
    return Line(round(float(fixed), 9), round(float(unit / scale), 15))


def spread(records: Sequence[Record]) -> float:
    """Return the ratio of the largest to the smallest amount of records."""
    amounts = [record.work.amount for record in records]
    return max(amounts) / min(amounts)


def fit_records(records: Sequence[Record]) -> Line:
    """Fit a line to records."""
    return fit([record.work.amount for record in records], [record.seconds for record in records])


class Rates:
    """Durations, memory and sizes from records.

    Args:
        records: records of earlier runs.
    """

    def __init__(self, records: Iterable[Record]) -> None:
        """Group the records by kind, and by each prefix of a kind."""
        self.kinds: dict[tuple[str, ...], list[Record]] = {}
        self.groups: dict[tuple[str, ...], list[Record]] = {}
        self.rules: dict[str, list[float]] = {}
        self.lines: dict[tuple[str, ...], Line] = {}
        for record in records:
            if not record.work.amount:  # a job without work has no rate
                continue
            kind = record.work.kind
            self.kinds.setdefault(kind, []).append(record)
            for length in range(1, len(kind)):
                self.groups.setdefault(kind[:length], []).append(record)
            if record.start is not None:
                self.rules.setdefault(record.rule, []).append(record.start)

    def start(self, rule: str) -> float | None:
        """Return the seconds that a job of a rule takes to start, or None without a record."""
        return median(self.rules[rule]) if rule in self.rules else None

    def exact(self, work: Work) -> Line | None:
        """Return the line of a kind, or None if it has no records."""
        return self._line(work.kind, self.kinds.get(work.kind, ()))

    def similar(self, work: Work) -> Line | None:
        """Return the line of the closest kinds with records, or None if other kinds do not apply to this work."""
        if not work.comparable:
            return None
        for length in range(len(work.kind) - 1, 0, -1):
            line = self._line(work.kind[:length], self.groups.get(work.kind[:length], ()))
            if line is not None:
                return line
        return None

    def memory(self, work: Work) -> int | None:
        """Return the largest recorded memory of a kind, in bytes."""
        return max((record.memory for record in self.kinds.get(work.kind, ())), default=None)

    def stored(self, work: Work) -> float | None:
        """Return the bytes of the outputs of work, from records of the same kind or the closest kinds."""
        for length in range(len(work.kind), 0 if work.comparable else len(work.kind) - 1, -1):
            kind = work.kind[:length]
            records = self.kinds.get(kind, []) + self.groups.get(kind, [])
            sizes = [(record.stored, record.work.amount) for record in records if record.stored is not None]
            if sizes:
                return work.amount * sum(size for size, _ in sizes) / sum(amount for _, amount in sizes)
        return None

    def _line(self, key: tuple[str, ...], records: Sequence[Record]) -> Line | None:
        if not records:
            return None
        if key not in self.lines:
            self.lines[key] = fit_records(records) if spread(records) >= SPREAD else self._fit_slope(key[0], records)
        return self.lines[key]

    def _fit_slope(self, name: str, records: Sequence[Record]) -> Line:
        """Fit a line to records of about one amount, with the fixed seconds of other kinds of the same name."""
        fastest = min(record.seconds for record in records)
        fixed = min(self._fixed(name), MAX_FIXED * fastest)
        total = sum(record.seconds for record in records) - fixed * len(records)
        return Line(fixed, total / sum(record.work.amount for record in records))

    def _fixed(self, name: str) -> float:
        """Return the fixed seconds of kinds with a name: the median of their fits, else the fastest record, else 0."""
        kinds = {kind: records for kind, records in self.kinds.items() if kind[0] == name}
        fixed = [fit_records(records).fixed for records in kinds.values() if spread(records) >= MIN_SPREAD]
        if fixed:
            return median(fixed)
        if len(kinds) > 1 and all(record.work.comparable for records in kinds.values() for record in records):
            return min(record.seconds for records in kinds.values() for record in records)
        return 0.0
