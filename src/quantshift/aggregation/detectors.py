"""The table `detectors`: a row for each model, variant, group of test sets, metric, protocol and view."""

import itertools
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from quantshift.aggregation import rows
from quantshift.core.model_id import ModelId
from quantshift.tables import cells


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
        QuantshiftError: a file is missing, damaged or of another study, or its rows do not fit the table's schema.
    """
    parts = [(file, rows.read(file, "a table of detections", na_values=[""])) for file in detections]
    for file, part in parts:
        own = set(itertools.product(groups[ModelId.of_file(file).dataset], metrics))
        cells.check(file, part, own, ["shift_group", "metric"])
    rows.write_table("detectors", rows.joined(parts), parts, table)
