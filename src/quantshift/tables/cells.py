"""Check that rows of a table have exactly the study's cells, which rows of a stale file do not."""

from collections.abc import Collection
from pathlib import Path

import pandas as pd

from quantshift.core.errors import QuantshiftError
from quantshift.storage.files import remedy

MOST_SHOWN = 3

Cell = tuple[str | int, ...]


def check(file: Path, rows: pd.DataFrame, expected: Collection[Cell], columns: list[str]) -> None:
    """Check that a file's rows have exactly the study's cells.

    Args:
        file: the file from which the rows were read.
        rows: the rows.
        expected: the study's values of `columns`.
        columns: the columns that identify a row.

    Raises:
        QuantshiftError: rows are missing or unexpected; the message names the file, some rows and the remedy.
    """
    if missing := [column for column in columns if column not in rows]:
        raise QuantshiftError(f"{file} lacks the columns {', '.join(missing)}: {remedy(str(file))}")
    actual, required = set(rows[columns].itertuples(index=False, name=None)), set(expected)
    faults = (("lacks rows of", required - actual), ("has rows that are not in", actual - required))
    for fault, cells in faults:
        if cells:
            shown = "; ".join(" ".join(map(str, cell)) for cell in sorted(cells, key=str)[:MOST_SHOWN])
            more = f" and {len(cells) - MOST_SHOWN} more" if len(cells) > MOST_SHOWN else ""
            raise QuantshiftError(
                f"{file} {fault} the study's config ({' '.join(columns)}): {shown}{more}; {remedy(str(file))}"
            )
