"""Tables of a user: CSV files, and Parquet files if pyarrow is installed."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from quantshift.core.errors import QuantshiftError
from quantshift.data.readers.expected import quoted
from quantshift.data.readers.npy import unreadable

DELIMITERS = {".csv": ",", ".tsv": "\t"}
# Characters of one cell; Python's own limit is 131,072, which long documents exceed.
MAX_CELL = 16 << 20

# Texts, or an array with the type that a Parquet file states.
Column = Sequence[str] | NDArray[Any]


@dataclass(frozen=True)
class Table:
    """A table.

    Attributes:
        path: its file.
        columns: values by name, in the order of the file.
        rows: number of rows.
    """

    path: Path
    columns: Mapping[str, Column]
    rows: int

    def column(self, name: str) -> Column:
        """Return a column.

        Raises:
            QuantshiftError: the table does not have it.
        """
        if name not in self.columns:
            raise QuantshiftError(
                f"{self.path} has no column {name!r}, only {quoted(list(self.columns))}: rename a column or state "
                "which one to read (--column for texts, --columns for numbers, or the config)"
            )
        return self.columns[name]

    def where(self, name: str) -> str:
        """Return how messages name a column."""
        return f"{self.path}, column {name!r},"


def read_csv(path: Path) -> Table:
    """Read a CSV file (or a TSV file) with a header: UTF-8, cells in double quotes where they hold separators.

    Raises:
        QuantshiftError: the file is missing, no text, has no header or no rows, or a row has another number of cells.
    """
    limit = csv.field_size_limit(MAX_CELL)
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream, delimiter=DELIMITERS.get(path.suffix.lower(), ","), strict=True)
            header = _header(path, next(reader, []))
            rows = []
            for row in reader:
                if len(row) != len(header) and row:
                    raise QuantshiftError(
                        f"{path}, line {reader.line_num}, has {len(row)} cells, expected {len(header)} as in its "
                        "header: put cells that hold commas or line breaks in double quotes"
                    )
                # An empty line is a missing value if there is a single column, else it separates nothing.
                if row or len(header) == 1:
                    rows.append(row or [""])
    except OSError as error:
        raise unreadable(path, "CSV file", error) from error
    except UnicodeDecodeError as error:
        raise QuantshiftError(f"{path} is not UTF-8 text ({error.reason}): save it as CSV in UTF-8") from error
    except csv.Error as error:
        raise QuantshiftError(
            f"{path}, line {reader.line_num}, is not CSV ({error}): quote the cell correctly"
        ) from error
    finally:
        csv.field_size_limit(limit)
    while rows and rows[-1] == [""]:
        rows.pop()
    if not rows:
        raise QuantshiftError(f"{path} has a header but no rows: expected one row for each sample")
    return Table(path, dict(zip(header, zip(*rows, strict=True), strict=True)), len(rows))


def read_table(path: Path) -> Table:
    """Read a table by the ending of its name.

    Raises:
        QuantshiftError: the file is missing, damaged, of another kind, or Parquet without pyarrow.
    """
    if path.suffix.lower() == ".parquet":
        from quantshift.data.readers.parquet import read_parquet

        return read_parquet(path)
    return read_csv(path)


def _header(path: Path, names: list[str]) -> list[str]:
    """Return the names of the columns."""
    names = [name.strip() for name in names]
    if not any(names):
        raise QuantshiftError(f"{path} has no header: expected the names of the columns in its first line")
    for number, name in enumerate(names):
        if not name:
            raise QuantshiftError(f"{path} has no name for column {number + 1}: name each column in the first line")
        if names.index(name) != number:
            raise QuantshiftError(f"{path} has two columns {name!r}: give each column a name of its own")
    if len(names) == 1 and ";" in names[0]:
        raise QuantshiftError(f"{path} separates its cells with semicolons: save it with commas")
    return names
