"""Build the table `retraining`: one row per retrained model and quantized variant."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import pandas as pd

from quantshift.aggregation import rows
from quantshift.core.names import PUBLISHED
from quantshift.studies.arxiv_2204_04220 import published_tables
from quantshift.tables import cells

# The published study retrained models from standard training, and counted on the inputs used for retraining.
METHOD = "standard"
NAMES = ["dataset", "architecture", "method", "variant", "protocol"]


def aggregate(comparisons: Sequence[Path], table: Path, quantizers: Collection[str]) -> None:
    """Combine the retrained models and add the published counts where available.

    Args:
        comparisons: one CSV file per retrained model, written by the rule `compare_retraining`; without any, the table
            has only its header.
        table: the table to write.
        quantizers: the study's quantizers.

    Raises:
        QuantshiftError: a file is missing, damaged or from another study, or its rows violate the table's schema.
    """
    published = published_tables.retraining()
    by_file = [
        (file, _with_published(rows.read(file, "a retraining's table", "protocol"), published)) for file in comparisons
    ]
    for file, frame in by_file:
        cells.check(file, frame, [(name,) for name in quantizers], ["variant"])
    rows.write_table("retraining", rows.joined(by_file), by_file, table)


def _with_published(frame: pd.DataFrame, published: Mapping[tuple[str, str, str], tuple[int, int]]) -> pd.DataFrame:
    """Return a retrained model's rows with the published counts where available."""
    if "variant" not in frame.columns:
        return frame  # the check against the schema reports the missing column
    counts = [
        published.get((dataset, architecture, variant), (None, None))
        if method == METHOD and protocol == PUBLISHED
        else (None, None)
        for dataset, architecture, method, variant, protocol in frame[NAMES].itertuples(index=False, name=None)
    ]
    columns = zip(*counts, strict=True)
    return frame.assign(
        **{
            f"published_{when}": pd.Series(values, dtype=float)
            for when, values in zip(("before", "after"), columns, strict=True)
        }
    )
