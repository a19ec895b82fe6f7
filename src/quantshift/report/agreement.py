"""Check that the tables and the run record of a page belong to the same study."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from quantshift.errors import QuantshiftError
from quantshift.own_settings import own_or_studys

MODEL = ["dataset", "architecture", "method", "seed"]
FLOAT32 = "float32"


def check(table: pd.DataFrame, path: Path, config: Mapping[str, Any]) -> None:
    """Check that a table has exactly the models and variants of the run's config.

    Args:
        table: a table with the columns MODEL and `variant`.
        path: the file that the table was read from; the message names it.
        config: the config in the run's record.

    Raises:
        QuantshiftError: a model or variant is missing or not in the config; the message names one.
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
    found = set(table[[*MODEL, "variant"]].itertuples(index=False, name=None))
    for fault, cells in (("lacks {}", wanted - found), ("has {}, which is not in the run's config", found - wanted)):
        if cells:
            names = "/".join(map(str, min(cells)))
            raise QuantshiftError(
                f"{path} {fault.format(names)}: it belongs to another study; delete it and run snakemake again"
            )
