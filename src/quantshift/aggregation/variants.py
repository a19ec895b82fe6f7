"""The table `variants`: a row for each model and variant, with what its file is, its speed and where it is weak."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from quantshift.files import read_json
from quantshift.tables.table import write


def aggregate(
    inspections: Sequence[Path],
    parities: Sequence[Path],
    trainings: Sequence[Path],
    weakest: Sequence[Path],
    table: Path,
) -> None:
    """Put the inspections and weakest spots of all variants and the training and parity of their models together.

    Args:
        inspections: records at ``…/{dataset}/{architecture}/{method}/{seed}/{variant}.json``.
        parities: records at ``…/{dataset}/{architecture}/{method}/{seed}/parity.json``.
        trainings: records at ``…/{dataset}/{architecture}/{method}/{seed}/training.json``.
        weakest: records of the rule `compare`, at paths like those of the inspections.
        table: the table to write.

    Raises:
        QuantshiftError: a file is damaged, or the rows do not fit the table's schema.
    """
    by_model = {file.parts[-5:-1]: read_json(file) for file in parities}
    roundings = {file.parts[-5:-1]: read_json(file)["rounding"] for file in trainings}
    spots = {file.parts[-5:]: read_json(file) for file in weakest}
    rows: list[dict[str, Any]] = []
    for file in inspections:
        dataset, architecture, method, seed = file.parts[-5:-1]
        parity = by_model[dataset, architecture, method, seed]
        rows.append(
            {
                "dataset": dataset,
                "architecture": architecture,
                "method": method,
                "seed": int(seed),
                "variant": file.stem,
                **read_json(file),
                "parity_max_difference": parity["max_difference"],
                "parity_argmax_equal": parity["argmax_equal"] == 1,
                "training_rounding": roundings[file.parts[-5:-1]],
                **spots[file.parts[-5:]],
            }
        )
    write("variants", pd.DataFrame(rows), table)
