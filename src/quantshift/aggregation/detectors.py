"""The table `detectors`: a row for each model, variant, group of test sets, metric, protocol and view."""

import itertools
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import pandas as pd

from quantshift.files import damaged
from quantshift.tables import cells
from quantshift.tables.table import write


def aggregate(
    detections: Sequence[Path], table: Path, groups: Mapping[str, Collection[str]], metrics: Collection[str]
) -> None:
    """Put the detections of all models and quantized variants together.

    Args:
        detections: one CSV for each model and variant, as the rule `detect` writes them.
        table: the table to write.
        groups: the study's groups of test sets, by data set.
        metrics: the names of the detectors.

    Raises:
        QuantshiftError: a file is damaged or of another study, or the rows do not fit the table's schema.
    """
    found = []
    for file in detections:
        names = cells.of_file(file, "variant")
        part = _rows(file)
        own = set(itertools.product(groups[str(names["dataset"])], metrics))
        cells.check(file, part, names, own, ["shift_group", "metric"])
        found.append(part)
    write("detectors", pd.concat(found, ignore_index=True), table)


def _rows(file: Path) -> pd.DataFrame:
    try:
        return pd.read_csv(file, keep_default_na=False, na_values=[""])
    except ValueError as error:
        raise damaged(file, "a table of detections", error) from error
