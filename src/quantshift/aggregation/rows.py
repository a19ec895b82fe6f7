"""Read the rows of single models' files and combine them into a table."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from quantshift.core.errors import QuantshiftError
from quantshift.core.model_id import ModelId
from quantshift.storage.files import damaged, remedy
from quantshift.tables.table import content, validated, write


def read(file: Path, name: str, stem: str = "variant", **options: Any) -> pd.DataFrame:
    """Read the rows of one model.

    Args:
        file: the CSV at ``…/{dataset}/{architecture}/{method}/{seed}/{variant or protocol}.csv``.
        name: description of the file for messages.
        stem: the column whose value is the file's name.
        options: options of `pandas.read_csv`.

    Raises:
        QuantshiftError: the file is missing or damaged, or its rows belong to another model.
    """
    try:
        frame: pd.DataFrame = pd.read_csv(content(file), keep_default_na=False, **options)
    except (OSError, ValueError) as error:
        raise damaged(file, name, error) from error
    columns = [*ModelId._fields, stem]
    if absent := [column for column in columns if column not in frame.columns]:
        raise damaged(file, name, ValueError(f"it has no column {', '.join(absent)}"))
    expected = tuple(map(str, (*ModelId.of_file(file), file.stem)))
    for names in frame[columns].drop_duplicates().astype(str).itertuples(index=False, name=None):
        if names != expected:
            raise damaged(file, name, ValueError(f"it has rows of {'/'.join(names)}: it is a copy of another file"))
    return frame


def joined(by_file: Sequence[tuple[Path, pd.DataFrame]]) -> pd.DataFrame:
    """Return the rows of all files."""
    # The columns of a table without rows have no types.
    frames = [frame for _, frame in by_file if len(frame)]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def write_table(name: str, rows: pd.DataFrame, by_file: Iterable[tuple[Path, pd.DataFrame]], table: Path) -> None:
    """Write a table of the rows of all models.

    Args:
        name: the table's name.
        rows: the rows.
        by_file: the same rows by file, which are only used to find the file of an invalid row.
        table: the table to write.

    Raises:
        QuantshiftError: rows violate the table's schema; the message names their file.
    """
    try:
        write(name, rows, table)
    except QuantshiftError:
        for file, frame in by_file:
            try:
                validated(name, frame)
            except QuantshiftError as error:
                raise QuantshiftError(f"{file}: {error}; {remedy(file)}") from error
        raise
