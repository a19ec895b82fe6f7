"""The table `retraining`: a row for each retrained model and quantized variant."""

from collections.abc import Collection, Sequence
from pathlib import Path

import pandas as pd

from quantshift.aggregation.evaluation import rows
from quantshift.analysis import published
from quantshift.analysis.parts import LEAKING
from quantshift.tables import cells
from quantshift.tables.table import write

# The study retrained models of standard training, and counted on what it trained them on.
METHOD = "standard"


def aggregate(comparisons: Sequence[Path], table: Path, quantizers: Collection[str]) -> None:
    """Put the retrained models together, with the published counts beside ours where there are any.

    Args:
        comparisons: one CSV for each retrained model, as the rule `compare_retraining` writes them; where nothing was
            retrained there is none, and the table has its header alone.
        table: the table to write.
        quantizers: the study's.

    Raises:
        QuantshiftError: a file is damaged or of another study, or the rows do not fit the table's schema.
    """
    parts = []
    for file in comparisons:
        part = rows(file)
        cells.check(file, part, cells.of_file(file, "protocol"), [(name,) for name in quantizers], ["variant"])
        parts.append(part)
    found = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    if len(found):
        names = found[["dataset", "architecture", "method", "variant", "protocol"]].itertuples(index=False, name=None)
        theirs = published.retraining()
        known = [
            theirs.get((dataset, architecture, variant), (None, None))
            if method == METHOD and protocol == LEAKING
            else (None, None)
            for dataset, architecture, method, variant, protocol in names
        ]
        found["published_before"], found["published_after"] = (
            pd.Series(values, dtype=float) for values in zip(*known, strict=True)
        )
    write("retraining", found, table)
