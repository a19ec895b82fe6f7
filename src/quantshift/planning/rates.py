"""Durations from records: a line for each kind of work, fixed seconds and seconds for each unit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np
from scipy.optimize import nnls

from quantshift.planning.records import Record
from quantshift.planning.work import Work

# Amounts that differ by this factor tell fixed seconds from those for each unit; by the smaller one, only many do.
SPREAD, LEAST_SPREAD = 3.0, 1.5
# Of the seconds of a kind whose own records do not tell, no more is taken for fixed.
MOST_FIXED = 0.5


@dataclass(frozen=True)
class Line:
    """How long work takes.

    Attributes:
        fixed: core seconds whatever the amount.
        unit: core seconds for each unit.
    """

    fixed: float
    unit: float

    def seconds(self, amount: float) -> float:
        """Return the core seconds of an amount."""
        return self.fixed + self.unit * amount


def fit(amounts: Sequence[float], seconds: Sequence[float]) -> Line:
    """Return the line through points, neither part of it negative.

    Least squares over relative errors, so that long times do not drown the short ones.

    Args:
        amounts: positive.
        seconds: as many.

    >>> fit([10, 20, 100], [3.0, 4.0, 12.0])
    Line(fixed=2.0, unit=0.1)
    """
    x, y = np.array(amounts, dtype=np.float64), np.array(seconds, dtype=np.float64)
    weights = 1 / np.maximum(y, np.median(y) / 10 + 1e-9)
    # Units of about 1, or the fixed part would be lost in rounding beside millions of values.
    scale = x.max()
    (fixed, unit), _ = nnls(np.stack([weights, weights * x / scale], axis=1), weights * y)
    return Line(round(float(fixed), 9), round(float(unit / scale), 15))


def spread(records: Sequence[Record]) -> float:
    """Return the factor by which the amounts of records differ."""
    amounts = [record.work.amount for record in records]
    return max(amounts) / min(amounts)


def fitted(records: Sequence[Record]) -> Line:
    """Return the line through records."""
    return fit([record.work.amount for record in records], [record.seconds for record in records])


class Rates:
    """What records say of any job.

    Args:
        records: of earlier runs.
    """

    def __init__(self, records: Iterable[Record]) -> None:
        """Sort them by kind, and by what kinds have in common."""
        self.kinds: dict[tuple[str, ...], list[Record]] = {}
        self.groups: dict[tuple[str, ...], list[Record]] = {}
        self.rules: dict[str, list[float]] = {}
        self.lines: dict[tuple[str, ...], Line] = {}
        for record in records:
            if not record.work.amount:  # a job that had nothing to do, which tells nothing of others
                continue
            kind = record.work.kind
            self.kinds.setdefault(kind, []).append(record)
            for length in range(1, len(kind)):
                self.groups.setdefault(kind[:length], []).append(record)
            if record.start is not None:
                self.rules.setdefault(record.rule, []).append(record.start)

    def start(self, rule: str) -> float | None:
        """Return the seconds that a job of a rule takes to start, or None where no record tells."""
        return median(self.rules[rule]) if rule in self.rules else None

    def exact(self, work: Work) -> Line | None:
        """Return the line of a kind that there are records of."""
        return self._line(work.kind, self.kinds.get(work.kind, ()))

    def alike(self, work: Work) -> Line | None:
        """Return the line of the nearest kinds that there are records of, where they tell something of this one."""
        if not work.alike:
            return None
        for length in range(len(work.kind) - 1, 0, -1):
            line = self._line(work.kind[:length], self.groups.get(work.kind[:length], ()))
            if line is not None:
                return line
        return None

    def memory(self, work: Work) -> int | None:
        """Return the most bytes that work of a kind had in memory."""
        return max((record.memory for record in self.kinds.get(work.kind, ())), default=None)

    def stored(self, work: Work) -> float | None:
        """Return the bytes of an amount's outputs, by those of the same kind, or of the nearest."""
        for length in range(len(work.kind), 0 if work.alike else len(work.kind) - 1, -1):
            kind = work.kind[:length]
            found = self.kinds.get(kind, []) + self.groups.get(kind, [])
            known = [(record.stored, record.work.amount) for record in found if record.stored is not None]
            if known:
                return work.amount * sum(size for size, _ in known) / sum(amount for _, amount in known)
        return None

    def _line(self, key: tuple[str, ...], records: Sequence[Record]) -> Line | None:
        if not records:
            return None
        if key not in self.lines:
            self.lines[key] = fitted(records) if spread(records) >= SPREAD else self._sloped(key[0], records)
        return self.lines[key]

    def _sloped(self, name: str, records: Sequence[Record]) -> Line:
        """Return the line through records of about one amount, with the fixed seconds of other kinds of this name."""
        quickest = min(record.seconds for record in records)
        fixed = min(self._fixed(name), MOST_FIXED * quickest)
        total = sum(record.seconds for record in records) - fixed * len(records)
        return Line(fixed, total / sum(record.work.amount for record in records))

    def _fixed(self, name: str) -> float:
        """Return the fixed seconds of kinds of a name: what they have in common, or the quickest, or none known."""
        kinds = {kind: records for kind, records in self.kinds.items() if kind[0] == name}
        told = [fitted(records).fixed for records in kinds.values() if spread(records) >= LEAST_SPREAD]
        if told:
            return median(told)
        if len(kinds) > 1 and all(record.work.alike for records in kinds.values() for record in records):
            return min(record.seconds for records in kinds.values() for record in records)
        return 0.0
