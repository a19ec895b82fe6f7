"""The table `variants`: a row for each model and variant, with what its file is, its speed and where it is weak."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypedDict

import pandas as pd

from quantshift.aggregation.rows import write_table
from quantshift.core.training_record import NAME, Rounded
from quantshift.storage.records import read_record


class Parity(TypedDict):
    """What is read of the comparison of an exported model with torch."""

    max_difference: float
    argmax_equal: float


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
    parity_name, weakest_name = "a comparison of an exported model with torch", "the weakest spots of a variant"
    by_model = {file.parts[-5:-1]: read_record(file, Parity, parity_name) for file in parities}
    roundings = {file.parts[-5:-1]: read_record(file, Rounded, NAME)["rounding"] for file in trainings}
    spots = {file.parts[-5:]: read_record(file, dict[str, Any], weakest_name) for file in weakest}
    rows: dict[Path, dict[str, Any]] = {}
    for file in inspections:
        dataset, architecture, method, seed = file.parts[-5:-1]
        parity = by_model[dataset, architecture, method, seed]
        rows[file] = {
            "dataset": dataset,
            "architecture": architecture,
            "method": method,
            "seed": int(seed),
            "variant": file.stem,
            **read_record(file, dict[str, Any], "the inspection of a variant"),
            "parity_max_difference": parity["max_difference"],
            "parity_argmax_equal": parity["argmax_equal"] == 1,
            "training_rounding": roundings[file.parts[-5:-1]],
            **spots[file.parts[-5:]],
        }
    parts = ((file, pd.DataFrame([row])) for file, row in rows.items())
    write_table("variants", pd.DataFrame(list(rows.values())), parts, table)
