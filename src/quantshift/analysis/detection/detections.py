"""Detectors on all quantized variants of a model: the work of the rule `detect`."""

from collections.abc import Sequence
from pathlib import Path

from quantshift.analysis.detection.detectors import detections
from quantshift.analysis.logit_files import by_variant
from quantshift.core.model_id import ModelId
from quantshift.core.names import FLOAT32


def write_detections(
    *, model: ModelId, logits: Sequence[Path], known: Path, tables: Sequence[Path], draws: Sequence[Path]
) -> None:
    """Test all detectors on the quantized variants of a model, one after the other (see `detection.detectors`).

    Nothing is written unless the detectors can be tested on all of them.

    Args:
        model: the model's id.
        logits: archives of all variants and suites, float32's among them, at ``…/{variant}/{suite}.npz``.
        known: the labels and sources of the data set's test sets.
        tables: the CSV to write for each quantized variant, at ``…/{variant}.csv``.
        draws: the archives of resampled AUROCs to write, in the order of `tables`.

    Raises:
        QuantshiftError: a file is missing, damaged or does not fit the others.
    """
    found = by_variant(logits)
    tested = [
        detections(cell=model.cell(table.stem), reference=found[FLOAT32], variant=found[table.stem], known=known)
        for table in tables
    ]
    for of_variant, table, drawn in zip(tested, tables, draws, strict=True):
        of_variant.write(table=table, draws=drawn)
