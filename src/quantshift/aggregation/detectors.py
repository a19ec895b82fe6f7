"""The table `detectors`: a row for each model, variant, group of test sets, metric, protocol and view."""

from collections.abc import Sequence
from pathlib import Path

from quantshift.aggregation import rows


def aggregate(detections: Sequence[Path], table: Path) -> None:
    """Put the detections of all models and quantized variants together.

    Args:
        detections: one CSV for each model and variant, as the rule `detect` writes them.
        table: the table to write.

    Raises:
        QuantshiftError: a file is missing or damaged, or its rows do not fit the table's schema.
    """
    parts = [(file, rows.read(file, "a table of detections", na_values=[""])) for file in detections]
    rows.write_table("detectors", rows.joined(parts), parts, table)
