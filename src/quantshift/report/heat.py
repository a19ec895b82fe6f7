"""The cells of the heat map: disagreement by test set and variant, over all seeds."""

from typing import Any

import pandas as pd

from quantshift.analysis.statistics.intervals import CONFIDENCE
from quantshift.core.names import CLEAN_SUITE as CLEAN
from quantshift.core.names import FLOAT32
from quantshift.decision.candidates import MODEL, rate

DECIMALS = 6


def cells(evaluation: pd.DataFrame) -> list[list[Any]]:
    """Return one row per model, quantized variant and test set, the clean test set first.

    Args:
        evaluation: the evaluation table.

    Returns:
        dataset, architecture, method, variant, suite, shift, severity, n (of one seed), disagreements (of all seeds),
        rate, low, high (see `candidates.Rate`), number of seeds, rate without ties.
    """
    quantized = evaluation[evaluation["variant"] != FLOAT32]
    heat_map = []
    for names, rows in quantized.groupby([*MODEL, "variant", "suite", "shift", "severity"], sort=True):
        records = [dict(zip(rows.columns, row, strict=True)) for row in rows.itertuples(index=False, name=None)]
        mean = rate(records, CONFIDENCE)
        *values, without_ties = [
            round(value, DECIMALS) for value in (mean.rate, mean.low, mean.high, mean.without_ties)
        ]
        model, total = [str(name) for name in names[:4]], int(rows["disagreements"].sum())
        heat_map.append(
            [*model, mean.suite, mean.shift, mean.severity, mean.n, total, *values, len(rows), without_ties]
        )
    return sorted(heat_map, key=lambda row: (*row[:4], row[4] != CLEAN, *row[4:7]))
