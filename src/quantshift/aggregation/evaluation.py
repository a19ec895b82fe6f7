"""The table `evaluation`: a row for each model, variant and test set."""

from collections.abc import Sequence
from pathlib import Path

from quantshift.aggregation import rows


def aggregate(comparisons: Sequence[Path], table: Path) -> None:
    """Put the comparisons of all models and variants together.

    Args:
        comparisons: one CSV for each model and variant, as the rule `compare` writes them.
        table: the table to write.

    Raises:
        QuantshiftError: a file is missing or damaged, or its rows do not fit the table's schema.
    """
    parts = [(file, rows.read(file, "a comparison's table")) for file in comparisons]
    rows.write_table("evaluation", rows.joined(parts), parts, table)
