"""The table `findings`: each claim of each finding, with its verdict."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from quantshift.analysis import claims, pools, published
from quantshift.analysis.findings import quantization_aware, shifted_data
from quantshift.analysis.pools import Cell
from quantshift.tables.table import write

FINDINGS = (shifted_data, quantization_aware)


def aggregate(masks: Sequence[Path], table: Path) -> None:
    """Test the findings on the disagreements of all models and quantized variants.

    Args:
        masks: archives at ``…/{dataset}/{architecture}/{method}/{seed}/{variant}.npz``.
        table: the table to write.

    Raises:
        QuantshiftError: a file is damaged.
    """
    models = {}
    for file in masks:
        dataset, architecture, method, seed = file.parts[-5:-1]
        models[Cell(dataset, architecture, method, int(seed), file.stem)] = pools.read(file)
    rates = published.rates()
    found = [claim for finding in FINDINGS for claim in finding.claims(models, rates)]
    write("findings", pd.DataFrame(claims.rows(found)), table)
