"""Whether a part of a table has exactly the cells that the study has: a stale file has others."""

from collections.abc import Collection
from pathlib import Path

import pandas as pd

from quantshift.core.errors import QuantshiftError
from quantshift.storage.files import remedy

MOST_SHOWN = 3

Cell = tuple[str | int, ...]


def check(file: Path, rows: pd.DataFrame, own: Collection[Cell], columns: list[str]) -> None:
    """Check that a file's rows have exactly the study's cells.

    Args:
        file: from which the rows were read.
        rows: what it holds.
        own: the values of `columns` that the study has, each once.
        columns: which tell the rows of a file apart.

    Raises:
        QuantshiftError: rows are missing, or there are others; it names the file, some rows and the remedy.
    """
    if lacking := [column for column in columns if column not in rows]:
        raise QuantshiftError(f"{file} lacks the columns {', '.join(lacking)}: {remedy(str(file))}")
    found, wanted = set(rows[columns].itertuples(index=False, name=None)), set(own)
    for which, cells in (("lacks", wanted - found), ("has, beyond the study's config,", found - wanted)):
        if cells:
            shown = "; ".join(" ".join(map(str, cell)) for cell in sorted(cells, key=str)[:MOST_SHOWN])
            more = f" and {len(cells) - MOST_SHOWN} more" if len(cells) > MOST_SHOWN else ""
            raise QuantshiftError(
                f"{file} {which} the rows of {' '.join(columns)}: {shown}{more}: it is not of this study; "
                f"{remedy(str(file))}"
            )
