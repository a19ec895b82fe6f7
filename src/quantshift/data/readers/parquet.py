"""Parquet files, if pyarrow is installed."""

import importlib
from pathlib import Path
from typing import Any

import numpy as np

from quantshift.core.errors import QuantshiftError
from quantshift.data.readers.npy import unreadable
from quantshift.data.readers.tables import Column, Table

# Bytes of all columns, which are read into memory.
LIMIT = 8 << 30


def read_parquet(path: Path, limit: int = LIMIT) -> Table:
    """Read a Parquet file with columns of numbers, booleans and texts.

    Args:
        path: the file.
        limit: maximum number of bytes of all columns.

    Raises:
        QuantshiftError: pyarrow is not installed, or the file is missing, damaged, too large or has nested columns.
    """
    try:
        # Not an import statement, because pyarrow is not a dependency: few users need it, and it has 150 MB.
        parquet: Any = importlib.import_module("pyarrow.parquet")
        arrow: Any = importlib.import_module("pyarrow")
    except ImportError as error:
        raise QuantshiftError(
            f"{path} is a Parquet file, which needs the package pyarrow: install it (pip install "
            "'quantshift[parquet]') or save the table as CSV"
        ) from error
    try:
        with path.open("rb") as stream, parquet.ParquetFile(stream, page_checksum_verification=True) as file:
            names, metadata = file.schema_arrow.names, file.metadata
            groups = [metadata.row_group(number) for number in range(metadata.num_row_groups)]
            # Repeated values take no space in a file, so each value counts as well.
            size = max(sum(group.total_byte_size for group in groups), 8 * metadata.num_rows * len(names))
            if size > limit:
                raise QuantshiftError(
                    f"{path} unpacks to {size} bytes, more than the limit of {limit}: give fewer rows"
                )
            if len(set(names)) < len(names):
                raise QuantshiftError(f"{path} has two columns of one name: give each column a name of its own")
            table = file.read()
    except OSError as error:
        if error.errno is not None:
            raise unreadable(path, "Parquet file", error) from error
        raise _damaged(path, error) from error
    except (arrow.ArrowException, ValueError) as error:
        raise _damaged(path, error) from error
    if not table.num_rows:
        raise QuantshiftError(f"{path} has no rows: expected one for each sample")
    return Table(path, {name: _column(path, name, table[name], arrow) for name in names}, table.num_rows)


def _column(path: Path, name: str, values: Any, arrow: Any) -> Column:
    """Return a column as texts or as an array; a missing number becomes NaN."""
    types, kind = arrow.types, values.type
    if types.is_dictionary(kind):
        values, kind = values.cast(kind.value_type), kind.value_type
    if types.is_string(kind) or types.is_large_string(kind):
        return ["" if text is None else text for text in values.to_pylist()]
    if types.is_decimal(kind):
        values, kind = values.cast(arrow.float64()), arrow.float64()
    if not (types.is_integer(kind) or types.is_floating(kind) or types.is_boolean(kind)):
        raise QuantshiftError(
            f"{path}, column {name!r}, holds {kind}, expected numbers, booleans or texts: convert it or leave it out"
        )
    return np.asarray(values.to_numpy())


def _damaged(path: Path, error: Exception) -> QuantshiftError:
    reason = (str(error).strip() or type(error).__name__).splitlines()[0]
    return QuantshiftError(f"{path} is not a complete Parquet file ({reason}): write it again")
