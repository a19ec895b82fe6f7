"""Build the table `detectors`: one row per model, variant, group of test sets, metric, protocol and view."""

import itertools
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from quantshift.aggregation import rows
from quantshift.aggregation.inspections import not_applicable, variant_of
from quantshift.core.model_id import ModelId
from quantshift.core.names import GIVEN
from quantshift.tables import cells


def aggregate(
    detections: Sequence[Path],
    table: Path,
    groups: Mapping[str, Collection[str]],
    metrics: Collection[str],
    inspections: Sequence[Path] = (),
) -> None:
    """Combine the detections of all models and quantized variants.

    Args:
        detections: one CSV file per model and variant, written by the rule `detect`.
        table: the table to write.
        groups: the study's groups of test sets, by data set.
        metrics: the names of the detectors for logits, which trained models return.
        inspections: the records of the variants; those whose presets the models cannot take have no rows.

    Raises:
        QuantshiftError: a file is missing, damaged or from another study, or its rows violate the table's schema.
    """
    absent = not_applicable(inspections)
    by_file = [(file, rows.read(file, "a table of detections", na_values=[""])) for file in detections]
    for file, frame in by_file:
        model = ModelId.of_file(file)
        # Which detectors suit a user's own model depends on its output, which is known only when it is read.
        suitable = set(frame["metric"]) if model.method == GIVEN else metrics
        present = () if variant_of(file) in absent else suitable
        expected = set(itertools.product(groups[model.dataset], present))
        cells.check(file, frame, expected, ["shift_group", "metric"])
    rows.write_table("detectors", rows.joined(by_file), by_file, table)
