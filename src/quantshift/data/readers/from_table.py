"""Data in a table of numbers."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantshift.core.errors import QuantshiftError
from quantshift.core.kinds import TENSOR
from quantshift.data.readers.expected import ModelInput, by_name, expect_shape, name_mistake, quoted
from quantshift.data.readers.from_arrays import SINGLE
from quantshift.data.readers.given import GivenInputs
from quantshift.data.readers.origins import Origins
from quantshift.data.readers.table_options import TableOptions, is_text, numbers
from quantshift.data.readers.tables import Table
from quantshift.data.readers.truth import TruthOptions

# Integers below this one are exact as float64, in which numbers of a table are read.
EXACT = 2**53


def read_features(
    table: Table,
    inputs: Sequence[ModelInput] | None,
    truth: TruthOptions,
    options: TableOptions,
) -> GivenInputs:
    """Return the columns of a table as data (see `read.read`)."""
    by_column = options.by_column
    if by_column is None:
        by_column = inputs is not None and len(inputs) > 1
    features = list(by_name(inputs)) if by_column else []
    labels, groups = truth.columns(table.columns, features, table.path)
    columns = options.columns
    if columns is None:
        columns = [name for name in table.columns if name not in (labels, groups)]
    for name in columns:
        table.column(name)
    if not columns or len(set(columns)) < len(columns):
        raise QuantshiftError(f"{table.path}: the columns of features are {quoted(columns)}: name each of them once")
    arrays = _by_column(table, columns, inputs, options) if by_column else _one_input(table, columns, inputs, options)
    known_labels, known_groups = truth.read_table(table, features)
    origins = Origins(table.path.name, np.arange(table.rows))
    return GivenInputs(TENSOR, arrays, origins, labels=known_labels, groups=known_groups)


def _one_input(
    table: Table, columns: Sequence[str], inputs: Sequence[ModelInput] | None, options: TableOptions
) -> dict[str, NDArray[Any]]:
    """Return all columns as one input [n, columns]."""
    if inputs is not None and len(inputs) != 1:
        raise QuantshiftError(
            f"{table.path} is read as one input, but the model takes {quoted(list(by_name(inputs)))}: read each column "
            "as an input of its own (table.by_column in the config)"
        )
    spec = ModelInput(SINGLE, "float32", (None,)) if inputs is None else inputs[0]
    where = f"{table.path} (columns {quoted(columns)})"
    expect_shape((len(columns),), spec, where)
    if spec.dtype == "str":
        values: NDArray[Any] = np.stack([_texts(table, name) for name in columns], axis=1)
    else:
        values = np.empty((table.rows, len(columns)), dtype=spec.dtype)
        for number, name in enumerate(columns):
            values[:, number] = _typed(table, name, spec.dtype, options)
    return {spec.name: values}


def _by_column(
    table: Table, columns: Sequence[str], inputs: Sequence[ModelInput] | None, options: TableOptions
) -> dict[str, NDArray[Any]]:
    """Return each column as an input [n, 1], or [n] if the model's input has a single axis."""
    if inputs is not None and (mistake := name_mistake(columns, inputs)):
        raise QuantshiftError(
            f"{table.path} {mistake}; name the columns as the inputs, or state the columns of "
            "features (--columns, or table.columns in the config)"
        )
    specs = by_name(inputs)
    arrays = {}
    for name in columns:
        spec = specs.get(name) or ModelInput(name, "str" if is_text(table.column(name)) else "float32", (1,))
        values = _texts(table, name) if spec.dtype == "str" else _typed(table, name, spec.dtype, options)
        if spec.shape:
            values = values[:, None]
        expect_shape(values.shape[1:], spec, table.where(name))
        arrays[name] = values
    return arrays


def _texts(table: Table, name: str) -> NDArray[Any]:
    return np.array([str(value) for value in table.column(name)])


def _typed(table: Table, name: str, dtype: str, options: TableOptions) -> NDArray[Any]:
    """Return a column in the type of a model's input."""
    kind = np.dtype(dtype)
    values = numbers(table, name, options.missing and kind.kind == "f")
    # Overflow is reported below.
    with np.errstate(all="ignore"):
        converted = values.astype(kind)
    if kind.kind == "f":
        fits = bool((np.isfinite(converted) == np.isfinite(values)).all())
    else:
        fits = bool((converted == values).all() and (np.abs(values) < EXACT).all())
    if not fits:
        raise QuantshiftError(
            f"{table.where(name)} holds numbers that are not {dtype}, which the model takes: convert them or leave the "
            "column out"
        )
    return converted
