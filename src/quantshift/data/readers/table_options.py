"""How a table of numbers becomes a model's inputs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quantshift.core.errors import QuantshiftError
from quantshift.data.readers.tables import Column, Table


@dataclass(frozen=True)
class TableOptions:
    """How a table becomes a model's inputs.

    Attributes:
        columns: the columns of features, in the order of the model; None for all but labels and groups.
        by_column: whether each column is an input of its own, by its name; None if the model has several inputs.
        missing: whether an empty cell of a number becomes NaN, for models that take missing values; otherwise it is
            rejected.
    """

    columns: Sequence[str] | None = None
    by_column: bool | None = None
    missing: bool = False


def numbers(table: Table, name: str, missing: bool) -> NDArray[np.float64]:
    """Return a column as numbers.

    Args:
        table: the table.
        name: the column.
        missing: whether an empty cell becomes NaN.

    Raises:
        QuantshiftError: a cell is not a finite number.
    """
    values = _floats(table, name, table.column(name))
    wrong = ~np.isfinite(values)
    if missing:
        wrong &= ~np.isnan(values)
    if wrong.any():
        row = int(wrong.argmax())
        raise QuantshiftError(
            f"{table.where(name)} holds {table.column(name)[row] or 'nothing'} in row {row} (counted from 0), expected "
            "a number: fill it in, or state that the model takes missing values (table.missing: true in the config)"
        )
    return values


def is_text(column: Column) -> bool:
    """Return whether a column has texts that are not all numbers."""
    if isinstance(column, np.ndarray):
        return False
    try:
        np.array([text or "nan" for text in column]).astype(np.float64)
    except ValueError:
        return True
    return False


def _floats(table: Table, name: str, column: Column) -> NDArray[np.float64]:
    if isinstance(column, np.ndarray):
        return column.astype(np.float64)
    try:
        return np.array([text.strip() or "nan" for text in column]).astype(np.float64)
    except ValueError:
        row, text = next((row, text) for row, text in enumerate(column) if text.strip() and not _is_float(text))
        raise QuantshiftError(
            f"{table.where(name)} holds {text!r} in row {row} (counted from 0), expected a number: leave the column "
            "out, or convert it as your model's training does"
        ) from None


def _is_float(text: str) -> bool:
    try:
        np.array([text.strip()]).astype(np.float64)
    except ValueError:
        return False
    return True
