"""The table `evaluation`: a row for each model, variant and test set."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from quantshift.files import damaged
from quantshift.tables.table import write


def aggregate(comparisons: Sequence[Path], table: Path) -> None:
    """Put the comparisons of all models and variants together.

    Args:
        comparisons: one CSV for each model and variant, as the rule `compare` writes them.
        table: the table to write.

    Raises:
        QuantshiftError: a file is damaged, or the rows do not fit the table's schema.
    """
    write("evaluation", pd.concat([rows(file) for file in comparisons], ignore_index=True), table)


def rows(file: Path) -> pd.DataFrame:
    """Read the rows of one comparison.

    Raises:
        QuantshiftError: the file is damaged.
    """
    try:
        return pd.read_csv(file, keep_default_na=False)
    except ValueError as error:
        raise damaged(file, "a comparison's table", error) from error
