"""Check that the tables, the decisions and the run record of a page belong to the same study."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from quantshift.core import grid
from quantshift.core.names import NOT_APPLICABLE
from quantshift.decision.decide import Entry
from quantshift.tables import cells

MODEL = ["dataset", "architecture", "method", "seed"]


def check(
    table: pd.DataFrame, path: Path, config: Mapping[str, Any], variants_table: pd.DataFrame | None = None
) -> None:
    """Check that a table has exactly the models and variants of the run's config.

    Args:
        table: a table with the columns MODEL and `variant`.
        path: the file that the table was read from; the message names it.
        config: the config in the run's record.
        variants_table: the table `variants`, if `table` has no rows of variants whose presets the models cannot take.

    Raises:
        QuantshiftError: a model or variant is missing or not in the config; the message names some.
    """
    models = (*grid.trained_models(config), *grid.given_models(config))
    expected = {(*model, variant) for model in models for variant in grid.variants(config, model)}
    columns = [*MODEL, "variant"]
    if variants_table is not None:
        absent = variants_table[variants_table["status"] == NOT_APPLICABLE]
        expected -= set(absent[columns].itertuples(index=False, name=None))
    cells.check(path, table, expected, columns)


def check_decision(entries: Sequence[Entry], path: Path, config: Mapping[str, Any]) -> None:
    """Check that a decision file has exactly the models and quantized variants of the run's config.

    Args:
        entries: the candidates in the file, and the variants whose presets the models cannot take.
        path: the file; the message names it.
        config: the config in the run's record.

    Raises:
        QuantshiftError: a model or variant is missing or not in the config; the message names some.
    """
    columns = ["dataset", "architecture", "method", "variant"]
    names = ["dataset", "architecture", "method", "name"]
    expected = {
        (*model[:3], variant)
        for model in (*grid.trained_models(config), *grid.given_models(config))
        for variant in grid.quantized_variants(config, model)
    }
    rows = pd.DataFrame([[getattr(entry, name) for name in names] for entry in entries], columns=columns)
    cells.check(path, rows, expected, columns)
