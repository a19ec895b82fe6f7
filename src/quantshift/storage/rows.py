"""The only writer of CSV files; equal values give equal bytes (standard library only).

UTF-8 with a header, lines that end in a line feed, and the shortest exact form of numbers.
"""

import csv
import math
import os
from collections.abc import Iterable, Mapping, Sequence
from numbers import Real

from quantshift.storage.files import atomic

Value = str | int | float | bool | None


def write_rows(path: str | os.PathLike[str], columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
    """Write a header and rows atomically.

    Args:
        path: the file to write.
        columns: distinct names of the columns.
        rows: the values of each row, in the order of the columns; None is an empty cell.

    Raises:
        ValueError: a name occurs twice, a row has too few or too many values, or a value is neither a string nor a
            finite number (a bug).
    """
    names = tuple(columns)
    if len(set(names)) < len(names):
        raise ValueError(f"{path}: a column occurs twice among {', '.join(names)}")
    checked = []
    for number, row in enumerate(rows):
        if len(row) != len(names):
            raise ValueError(f"{path}: row {number} has {len(row)} values for {len(names)} columns")
        for name, value in zip(names, row, strict=True):
            if not _fits(value):
                raise ValueError(
                    f"{path}: row {number} has {value!r} as its {name}, expected a string or a finite number"
                )
        checked.append(row)
    with atomic(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as stream:
        lines = csv.writer(stream, lineterminator="\n")
        lines.writerow(names)
        lines.writerows(checked)


def write_records(
    path: str | os.PathLike[str], records: Sequence[Mapping[str, Value]], columns: Sequence[str] = ()
) -> None:
    """Write rows, each a mapping from column to value.

    Args:
        path: the file to write.
        records: the rows.
        columns: the columns in their order; by default those of the first row.

    Raises:
        ValueError: there are neither rows nor columns, the rows have other columns, or a value does not fit a cell (a
            bug).
    """
    columns = columns or list(next(iter(records), ()))
    if not columns:
        raise ValueError(f"{path}: there are no rows to write")
    for number, record in enumerate(records):
        if record.keys() != set(columns):
            raise ValueError(f"{path}: row {number} has the columns {', '.join(record)}, expected {', '.join(columns)}")
    write_rows(path, columns, [[record[column] for column in columns] for record in records])


def _fits(value: object) -> bool:
    if value is None or isinstance(value, int):
        return True
    if isinstance(value, str):
        return "\r" not in value  # csv writes it without quotes, and readers would end the line there
    return isinstance(value, Real) and math.isfinite(value)
