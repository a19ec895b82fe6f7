"""Build the table `evaluation`: one row per model, variant and test set."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from quantshift.aggregation import rows
from quantshift.aggregation.inspections import not_applicable, variant_of
from quantshift.core.model_id import ModelId
from quantshift.tables import cells
from quantshift.tables.cells import Cell
from quantshift.tables.schemas import WITH_LABELS


def aggregate(
    comparisons: Sequence[Path],
    table: Path,
    test_sets: Mapping[str, Collection[Cell]],
    inspections: Sequence[Path] = (),
) -> None:
    """Combine the comparisons of all models and variants.

    Args:
        comparisons: one CSV file per model and variant, written by the rule `compare`.
        table: the table to write.
        test_sets: suite, shift and severity of the study's test sets, by data set.
        inspections: the records of the variants; those whose presets the models cannot take have no rows.

    Raises:
        QuantshiftError: a file is missing, damaged or from another study, or its rows violate the table's schema.
    """
    empty = {column: [""] for column in ("kl_mean", *WITH_LABELS)}
    absent = not_applicable(inspections)
    by_file = [(file, rows.read(file, "a comparison's table", na_values=empty)) for file in comparisons]
    for file, frame in by_file:
        expected = () if variant_of(file) in absent else test_sets[ModelId.of_file(file).dataset]
        cells.check(file, frame, expected, ["suite", "shift", "severity"])
    rows.write_table("evaluation", rows.joined(by_file), by_file, table)
