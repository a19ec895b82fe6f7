"""Rows as CSV: the one place that writes them, with equal bytes for equal values (standard library only).

UTF-8 with a header, lines that end in a line feed, and numbers as short as they stay exact.
"""

import csv
import math
import os
from collections.abc import Iterable, Mapping, Sequence
from numbers import Real

from quantshift.storage.files import atomic

Value = str | int | float | bool | None


def write_rows(path: str | os.PathLike[str], columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
    """Write rows under a header, whole or not at all.

    Args:
        path: the file to write.
        columns: their names, distinct.
        rows: their values, in the columns' order; None is an empty cell.

    Raises:
        ValueError: a name is there twice, a row has too few or too many values, or a value is no text and no finite
            number (a bug).
    """
    names = tuple(columns)
    if len(set(names)) < len(names):
        raise ValueError(f"{path}: a column is there twice among {', '.join(names)}")
    checked = []
    for number, row in enumerate(rows):
        if len(row) != len(names):
            raise ValueError(f"{path}: row {number} has {len(row)} values for {len(names)} columns")
        for name, value in zip(names, row, strict=True):
            if not _fits(value):
                raise ValueError(
                    f"{path}: row {number} has {value!r} as its {name}, expected a text or a finite number"
                )
        checked.append(row)
    with atomic(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as stream:
        lines = csv.writer(stream, lineterminator="\n")
        lines.writerow(names)
        lines.writerows(checked)


def write_records(path: str | os.PathLike[str], records: Sequence[Mapping[str, Value]]) -> None:
    """Write one row or more, of which each has its values by column; the first one's order is the columns'.

    Raises:
        ValueError: there are no rows, or not all have the same columns, or a value fits no cell (a bug).
    """
    if not records:
        raise ValueError(f"{path}: there are no rows to write")
    columns = list(records[0])
    for number, record in enumerate(records):
        if record.keys() != records[0].keys():
            raise ValueError(f"{path}: row {number} has the columns {', '.join(record)}, expected {', '.join(columns)}")
    write_rows(path, columns, [[record[column] for column in columns] for record in records])


def _fits(value: object) -> bool:
    if value is None or isinstance(value, int):
        return True
    if isinstance(value, str):
        return "\r" not in value  # which csv writes without quotes, so that readers end the line there
    return isinstance(value, Real) and math.isfinite(value)
