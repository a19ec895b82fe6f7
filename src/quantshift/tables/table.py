"""Result tables as CSV files: sorted, validated against their schema, with equal bytes for equal values."""

import io
import os
from pathlib import Path as FilePath

import numpy as np
import pandas as pd
import pandera.pandas as pa

from quantshift.core.errors import Message, QuantshiftError
from quantshift.storage.files import damaged, remedy
from quantshift.storage.rows import write_rows
from quantshift.tables.schemas import SCHEMAS

Path = str | os.PathLike[str]
BOOLEANS = {"True": True, "False": False}


def key(name: str) -> list[str]:
    """Return the columns that identify a row of the table `name`, in sorting order."""
    return list((SCHEMAS[name].metadata or {})["key"])


def validated(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return `frame` with its columns in the table's order and its rows sorted by the key.

    Args:
        name: name of the table, one of SCHEMAS.
        frame: the rows in any order; None and NaN are empty cells.

    Raises:
        QuantshiftError: columns are missing or unknown, or a value is invalid; the message names the first invalid row.
    """
    schema = SCHEMAS[name]
    expected = list(schema.columns)
    if frame.shape == (0, 0):  # a frame that was created without rows has no columns
        frame = pd.DataFrame(columns=expected)
    actual = list(frame.columns)
    if sorted(expected) != sorted(actual):
        missing = ", ".join(column for column in expected if column not in actual) or "none"
        unknown = ", ".join(str(column) for column in actual if column not in expected) or "none"
        raise QuantshiftError(f"table {name}: missing columns: {missing}; unknown columns: {unknown}")
    # An optional number that is empty in every row has the type object, and a rate of 0.0 may be the integer 0.
    types = {column: str(kind.dtype) for column, kind in schema.columns.items()}
    convertible = {column: kind for column, kind in types.items() if kind in ("float64", "boolean", "Int64")}
    try:
        rows = frame[expected].astype(convertible)
        if rows.empty:
            rows = rows.astype(types)
        rows = rows.sort_values(key(name), kind="stable").reset_index(drop=True)
    except (ValueError, TypeError) as error:
        raise QuantshiftError(f"table {name}: a column has values of the wrong type ({error})") from error
    try:
        return schema.validate(rows, lazy=True)
    except pa.errors.SchemaErrors as error:
        raise QuantshiftError(f"table {name}: {_first_fault(rows, error.failure_cases, key(name))}") from error


def write(name: str, frame: pd.DataFrame, path: Path) -> None:
    """Write a table as UTF-8 CSV with a header, sorted columns and rows, and the shortest exact floats.

    Raises:
        QuantshiftError: the rows violate the table's schema.
    """
    rows = validated(name, frame)
    cells = [rows[column].astype(object).where(rows[column].notna(), None).tolist() for column in rows.columns]
    write_rows(path, list(rows.columns), list(zip(*cells, strict=True)))


def read(name: str, path: Path) -> pd.DataFrame:
    """Read a table; empty texts are empty strings, empty numbers are NaN.

    Raises:
        QuantshiftError: the file is missing, is not such a table, or its rows violate the schema.
    """
    try:
        cells = pd.read_csv(content(path), dtype=str, keep_default_na=False, encoding="utf-8")
    except (OSError, ValueError) as error:  # parser and decoding errors are ValueErrors
        raise damaged(path, f"the table {name}", error) from error
    try:
        typed = {
            str(column): _typed(cells[column], str(kind.dtype))
            for column, kind in SCHEMAS[name].columns.items()
            if column in cells.columns
        }
        frame = cells.assign(**typed)
    except (ValueError, KeyError) as error:
        raise damaged(path, f"the table {name}", error) from error
    try:
        return validated(name, frame)
    except QuantshiftError as error:
        raise QuantshiftError(f"{path}: {error}; {remedy(path)}") from error


def content(path: Path) -> io.BytesIO:
    """Return the content of a CSV file, which must end with a line break, since a truncated file usually does not.

    Raises:
        OSError: the file cannot be read.
        ValueError: the file is empty or truncated.
    """
    data = FilePath(path).read_bytes()
    if not data.endswith(b"\n"):
        raise ValueError("it is empty" if not data else "it is cut off")
    return io.BytesIO(data)


def _typed(cells: "pd.Series[str]", kind: str) -> "pd.Series[str]":
    """Return the text cells as values of a column type."""
    texts = cells.tolist()  # iterating over a Series of strings is eight times slower
    if kind == "float64":
        values: object = np.array([float(text) if text else np.nan for text in texts])
    elif kind == "Int64":
        values = pd.array([int(text) if text else None for text in texts], dtype="Int64")
    elif kind == "int64":
        values = np.array([int(text) for text in texts], dtype=np.int64)
    elif kind in ("bool", "boolean"):
        booleans = [BOOLEANS[text] if text or kind == "bool" else None for text in texts]
        values = pd.array(booleans, dtype="boolean") if kind == "boolean" else np.array(booleans, dtype=np.bool_)
    else:
        return cells
    return pd.Series(values, index=cells.index)


def _first_fault(rows: pd.DataFrame, cases: pd.DataFrame, keys: list[str]) -> Message:
    """Describe the first fault; faults of a whole column come before faults of rows."""
    of_columns = cases[cases["index"].isna()]
    case = (of_columns if len(of_columns) else cases.sort_values(["index", "schema_context"], kind="stable")).iloc[0]
    check, value = case["check"], case["failure_case"]
    if len(of_columns):
        return f"column {case['column']} has type {value}, expected {check}"
    row = rows.iloc[int(case["index"])]
    location = ", ".join(f"{column}={row[column]}" for column in keys)
    if check == "multiple_fields_uniqueness":
        return f"two rows have the same key ({location})"
    if case["schema_context"] == "DataFrameSchema":
        return f"row {case['index']} ({location}): {check}"
    return f"column {case['column']}, row {case['index']} ({location}): {value!r} fails the check {check}"
