"""Check that the tables and the run record of a page belong to the same study."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from quantshift.core.names import FLOAT32
from quantshift.core.settings import own_or_studys
from quantshift.tables import cells

MODEL = ["dataset", "architecture", "method", "seed"]


def check(table: pd.DataFrame, path: Path, config: Mapping[str, Any]) -> None:
    """Check that a table has exactly the models and variants of the run's config.

    Args:
        table: a table with the columns MODEL and `variant`.
        path: the file that the table was read from; the message names it.
        config: the config in the run's record.

    Raises:
        QuantshiftError: a model or variant is missing or not in the config; the message names some.
    """
    variants = (FLOAT32, *config["study"]["quantizers"])
    wanted = {
        (dataset, architecture, method, seed, variant)
        for dataset in config["study"]["datasets"]
        for architecture in config["datasets"][dataset]["architectures"]
        for method in own_or_studys(config, dataset, "methods")
        for seed in own_or_studys(config, dataset, "seeds")
        for variant in variants
    }
    cells.check(path, table, wanted, [*MODEL, "variant"])
