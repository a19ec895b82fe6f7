"""The table `evaluation`: a row for each model, variant and test set."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from quantshift.aggregation import rows
from quantshift.core.model_id import ModelId
from quantshift.tables import cells
from quantshift.tables.cells import Cell


def aggregate(comparisons: Sequence[Path], table: Path, test_sets: Mapping[str, Collection[Cell]]) -> None:
    """Put the comparisons of all models and variants together.

    Args:
        comparisons: one CSV for each model and variant, as the rule `compare` writes them.
        table: the table to write.
        test_sets: suite, shift and severity of the study's test sets, by data set.

    Raises:
        QuantshiftError: a file is missing, damaged or of another study, or its rows do not fit the table's schema.
    """
    parts = [(file, rows.read(file, "a comparison's table", na_values={"kl_mean": [""]})) for file in comparisons]
    for file, part in parts:
        cells.check(file, part, test_sets[ModelId.of_file(file).dataset], ["suite", "shift", "severity"])
    rows.write_table("evaluation", rows.joined(parts), parts, table)
