"""The table `evaluation`: a row for each model, variant and test set."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import pandas as pd

from quantshift.files import damaged
from quantshift.tables import cells
from quantshift.tables.cells import Cell
from quantshift.tables.table import write


def aggregate(comparisons: Sequence[Path], table: Path, test_sets: Mapping[str, Collection[Cell]]) -> None:
    """Put the comparisons of all models and variants together.

    Args:
        comparisons: one CSV for each model and variant, as the rule `compare` writes them.
        table: the table to write.
        test_sets: suite, shift and severity of the study's test sets, by data set.

    Raises:
        QuantshiftError: a file is damaged or of another study, or the rows do not fit the table's schema.
    """
    found = []
    for file in comparisons:
        names = cells.of_file(file, "variant")
        part = rows(file)
        cells.check(file, part, names, test_sets[str(names["dataset"])], ["suite", "shift", "severity"])
        found.append(part)
    write("evaluation", pd.concat(found, ignore_index=True), table)


def rows(file: Path) -> pd.DataFrame:
    """Read the rows of one comparison.

    Raises:
        QuantshiftError: the file is damaged.
    """
    try:
        return pd.read_csv(file, keep_default_na=False)
    except ValueError as error:
        raise damaged(file, "a comparison's table", error) from error
