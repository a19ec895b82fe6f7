"""Build the table `variants`: one row per model and variant, with its file, speed and weak spots."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypedDict

import pandas as pd

from quantshift.aggregation.inspections import NAME as INSPECTION
from quantshift.aggregation.inspections import variant_of
from quantshift.aggregation.rows import write_table
from quantshift.core.model_id import ModelId
from quantshift.core.signature import MODEL_RECORD, ParityRecord
from quantshift.core.training_record import NAME, Rounded
from quantshift.storage.records import read_record

# What the training of a model rounds that was not trained here, as far as is known.
NO_ROUNDING = "none"


class Exported(TypedDict):
    """The entries of an exported model's record that the table uses."""

    parity: ParityRecord


def aggregate(
    inspections: Sequence[Path],
    records: Sequence[Path],
    trainings: Sequence[Path],
    weakest: Sequence[Path],
    table: Path,
) -> None:
    """Combine the inspections and weak spots of all variants with the training and parity of their models.

    Args:
        inspections: records at ``…/{dataset}/{architecture}/{method}/{seed}/{variant}.json``.
        records: records of the models, at ``…/{dataset}/{architecture}/{method}/{seed}/model.json``.
        trainings: training records at ``…/{dataset}/{architecture}/{method}/{seed}/training.json``; the user's own
            models have none.
        weakest: records of weak spots, written by the rule `compare`, at paths like those of the inspections.
        table: the table to write.

    Raises:
        QuantshiftError: a file is damaged, or the rows violate the table's schema.
    """
    parities = {ModelId.of_file(file): read_record(file, Exported, MODEL_RECORD)["parity"] for file in records}
    roundings = {ModelId.of_file(file): read_record(file, Rounded, NAME)["rounding"] for file in trainings}
    spots = {variant_of(file): _weak_spots(file) for file in weakest}
    rows: dict[Path, dict[str, Any]] = {}
    for file in inspections:
        model, variant = variant_of(file)
        parity = parities[model]
        rows[file] = {
            **model.cell(variant),
            **read_record(file, dict[str, Any], INSPECTION),
            "parity_max_difference": parity["max_difference"],
            "parity_argmax_equal": parity["argmax_equal"] == 1,
            "training_rounding": roundings.get(model, NO_ROUNDING),
            **spots[model, variant],
        }
    by_file = ((file, pd.DataFrame([row])) for file, row in rows.items())
    write_table("variants", pd.DataFrame(list(rows.values())), by_file, table)


def _weak_spots(file: Path) -> dict[str, Any]:
    """Return a comparison's record without the classes, which have no columns."""
    record = read_record(file, dict[str, Any], "the weakest spots of a variant")
    return {name: value for name, value in record.items() if name != "classes"}
