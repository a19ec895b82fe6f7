"""Whether a part of a table has exactly the cells that the study has: a stale file has others."""

from collections.abc import Collection
from pathlib import Path

import pandas as pd

from quantshift.errors import QuantshiftError

MODEL = ("dataset", "architecture", "method", "seed")
MOST_TOLD = 3

Cell = tuple[str | int, ...]


def of_file(file: Path, last: str) -> dict[str, str | int]:
    """Return the names that a file's path has: of its model, and what its own name is.

    Args:
        file: at ``…/{dataset}/{architecture}/{method}/{seed}/{name}.csv``.
        last: the column of its name, such as `variant`.

    >>> of_file(Path("results/comparisons/mnist/lenet5/qat/0/float16.csv"), "variant")
    {'dataset': 'mnist', 'architecture': 'lenet5', 'method': 'qat', 'seed': 0, 'variant': 'float16'}
    """
    dataset, architecture, method, seed = file.parts[-5:-1]
    return {"dataset": dataset, "architecture": architecture, "method": method, "seed": int(seed), last: file.stem}


def check(
    file: Path, rows: pd.DataFrame, names: dict[str, str | int], own: Collection[Cell], columns: list[str]
) -> None:
    """Check that a file's rows are those of its path, and that they have exactly the study's cells.

    Args:
        file: from which the rows were read.
        rows: with the columns of `names` and `columns`.
        names: what every row has, by column: see `of_file`.
        own: the values of `columns` that the study has, each once.
        columns: which tell the rows of a file apart.

    Raises:
        QuantshiftError: rows are missing, or there are others; it names the file, some rows and the remedy.
    """
    if lacking := [column for column in (*names, *columns) if column not in rows]:
        raise QuantshiftError(f"{file} lacks the columns {', '.join(lacking)}: {remedy(file)}")
    for column, value in names.items():
        others = rows.loc[rows[column] != value, column]
        if len(others):
            raise QuantshiftError(f"{file} has a row of the {column} {others.iloc[0]}, not {value}: {remedy(file)}")
    found, wanted = set(rows[columns].itertuples(index=False, name=None)), set(own)
    for which, cells in (("lacks", wanted - found), ("has, beyond the study's config,", found - wanted)):
        if cells:
            told = "; ".join(" ".join(map(str, cell)) for cell in sorted(cells, key=str)[:MOST_TOLD])
            more = f" and {len(cells) - MOST_TOLD} more" if len(cells) > MOST_TOLD else ""
            raise QuantshiftError(f"{file} {which} the rows of {' '.join(columns)}: {told}{more}: {remedy(file)}")


def remedy(file: Path) -> str:
    """Return what to do with a stale file."""
    return f"it is not of this study; delete {file} and run snakemake again, which makes it anew"
