"""The cells of the heat map: disagreement by test set and variant, over all seeds."""

from statistics import fmean
from typing import Any

import pandas as pd

from quantshift.core.names import CLEAN_SUITE as CLEAN
from quantshift.core.names import FLOAT32
from quantshift.decision.candidates import MODEL

DECIMALS = 6


def cells(evaluation: pd.DataFrame) -> list[list[Any]]:
    """Return one row per model, quantized variant and test set, the clean test set first.

    Args:
        evaluation: the evaluation table.

    Returns:
        dataset, architecture, method, variant, suite, shift, severity, n (of one seed), disagreements (of all seeds),
        rate, low, high (the mean over seeds, the outermost limits of the table), number of seeds, rate without ties.
    """
    quantized = evaluation[evaluation["variant"] != FLOAT32]
    heat_map = []
    for names, rows in quantized.groupby([*MODEL, "variant", "suite", "shift", "severity"], sort=True):
        *model, suite, shift, severity = map(str, names)
        counts, sizes = rows["disagreements"].to_numpy(), rows["n"].to_numpy()
        low, high = rows["disagreement_low"].min(), rows["disagreement_high"].max()
        values = (fmean(rows["disagreement_rate"]), float(low), float(high))
        without_ties = round(fmean(rows["disagreement_rate_without_ties"]), DECIMALS)
        heat_map.append(
            [
                *(*model, suite, shift, int(severity), int(sizes.min()), int(counts.sum())),
                *(*(round(value, DECIMALS) for value in values), len(rows), without_ties),
            ]
        )
    return sorted(heat_map, key=lambda row: (*row[:4], row[4] != CLEAN, *row[4:7]))
