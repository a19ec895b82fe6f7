"""The table `detectors`: a row for each model, variant, group of test sets, metric, protocol and view."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from quantshift.files import damaged
from quantshift.tables.table import write


def aggregate(detections: Sequence[Path], table: Path) -> None:
    """Put the detections of all models and quantized variants together.

    Args:
        detections: one CSV for each model and variant, as the rule `detect` writes them.
        table: the table to write.

    Raises:
        QuantshiftError: a file is damaged, or the rows do not fit the table's schema.
    """
    write("detectors", pd.concat([_rows(file) for file in detections], ignore_index=True), table)


def _rows(file: Path) -> pd.DataFrame:
    try:
        return pd.read_csv(file, keep_default_na=False, na_values=[""])
    except ValueError as error:
        raise damaged(file, "a table of detections", error) from error
