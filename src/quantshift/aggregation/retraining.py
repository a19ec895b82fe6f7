"""The table `retraining`: a row for each retrained model and quantized variant."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import pandas as pd

from quantshift.aggregation import rows
from quantshift.core.names import PUBLISHED
from quantshift.studies.arxiv_2204_04220 import published_tables
from quantshift.tables import cells

# The study retrained models of standard training, and counted on what it trained them on.
METHOD = "standard"
NAMES = ["dataset", "architecture", "method", "variant", "protocol"]


def aggregate(comparisons: Sequence[Path], table: Path, quantizers: Collection[str]) -> None:
    """Put the retrained models together, with the published counts beside ours where there are any.

    Args:
        comparisons: one CSV for each retrained model, as the rule `compare_retraining` writes them; where nothing was
            retrained there is none, and the table has its header alone.
        table: the table to write.
        quantizers: the study's.

    Raises:
        QuantshiftError: a file is missing, damaged or of another study, or its rows do not fit the table's schema.
    """
    theirs = published_tables.retraining()
    parts = [
        (file, _with_published(rows.read(file, "a retraining's table", "protocol"), theirs)) for file in comparisons
    ]
    for file, part in parts:
        cells.check(file, part, [(name,) for name in quantizers], ["variant"])
    rows.write_table("retraining", rows.joined(parts), parts, table)


def _with_published(found: pd.DataFrame, theirs: Mapping[tuple[str, str, str], tuple[int, int]]) -> pd.DataFrame:
    """Return a retrained model's rows with the published counts, where there are any."""
    if "variant" not in found.columns:
        return found  # the table's schema says so
    known = [
        theirs.get((dataset, architecture, variant), (None, None))
        if method == METHOD and protocol == PUBLISHED
        else (None, None)
        for dataset, architecture, method, variant, protocol in found[NAMES].itertuples(index=False, name=None)
    ]
    columns = zip(*known, strict=True)
    return found.assign(
        **{
            f"published_{when}": pd.Series(values, dtype=float)
            for when, values in zip(("before", "after"), columns, strict=True)
        }
    )
