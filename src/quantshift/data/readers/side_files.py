"""Labels and groups in files of their own: `.npy`, `.csv`, `.tsv`, `.parquet` or `.txt`."""

from collections.abc import Sequence
from pathlib import Path

from quantshift.core.errors import QuantshiftError
from quantshift.data.readers.labels import Values, read_lines
from quantshift.data.readers.npy import read_npy
from quantshift.data.readers.tables import Table, read_table

# The column of a table that names the image of each row.
FILE = "file"
TABLES = (".csv", ".tsv", ".parquet")
ENDINGS = (".npy", ".txt", *TABLES)


def read_values(path: Path, column: str, files: Sequence[str] | None = None) -> tuple[Values, str]:
    """Read one value for each sample, and return the values with the name of their place for messages.

    Args:
        path: an array, a text file with one value per line, or a table.
        column: the column of a table that has several.
        files: names of the samples' files, by which the column `file` of a table is matched, or None.

    Raises:
        QuantshiftError: the file is missing, damaged or of another kind, or a sample has no row or several.
    """
    match path.suffix.lower():
        case ".npy":
            return read_npy(path), str(path)
        case ".txt":
            return read_lines(path), str(path)
        case suffix if suffix in TABLES:
            table = read_table(path)
        case _:
            raise QuantshiftError(f"{path} is not a file of {column}s: expected .npy, .csv, .tsv, .parquet or .txt")
    if column not in table.columns and len(table.columns) == 1:
        column = next(iter(table.columns))
    values = table.column(column)
    if files is not None and FILE in table.columns:
        values = _matched(table, values, files)
    return values, table.where(column)


def _matched(table: Table, values: Values, files: Sequence[str]) -> Values:
    """Return the values of a table's rows in the order of the samples' files."""
    rows: dict[str, int] = {}
    for row, name in enumerate(table.column(FILE)):
        if rows.setdefault(str(name), row) != row:
            raise QuantshiftError(f"{table.path} has two rows for the file {name!r}: give each file one row")
    for name in files:
        if name not in rows:
            raise QuantshiftError(
                f"{table.path} has no row for the image {name!r}: write the path of each image in its folder into the "
                f"column {FILE!r}"
            )
    return [str(values[rows[name]]) for name in files]
