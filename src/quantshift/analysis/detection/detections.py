"""Test detectors on all quantized variants of a model, for the rule `detect`."""

from collections.abc import Sequence
from pathlib import Path

from quantshift.analysis.detection.detectors import detections, without_logits
from quantshift.analysis.logit_files import by_variant, not_applicable
from quantshift.core.model_id import ModelId
from quantshift.core.names import FLOAT32
from quantshift.tasks import Task


def write_detections(
    *,
    model: ModelId,
    logits: Sequence[Path],
    truth_file: Path,
    tables: Sequence[Path],
    draws: Sequence[Path],
    task: Task,
) -> None:
    """Test all detectors on the quantized variants of a model, one after the other (see `detection.detectors`).

    Nothing is written unless the detectors can be tested on all variants. A variant whose archives have no arrays,
    because the model cannot take its preset, gets a table without rows and draws without arrays.

    Args:
        model: the model's id.
        logits: archives of logits of all variants and suites, including float32's, at ``…/{variant}/{suite}.npz``.
        truth_file: labels and sources of all test sets of the data set (see quantshift.data.truth).
        tables: the CSV file to write for each quantized variant, at ``…/{variant}.csv``.
        draws: the archives of resampled AUROCs to write, in the order of `tables`.
        task: what the stored outputs mean; detectors that make no sense for it have no rows.

    Raises:
        QuantshiftError: a file is missing, damaged or inconsistent with the others.
    """
    files = by_variant(logits)
    absent = not_applicable(files)
    results = [
        without_logits()
        if table.stem in absent
        else detections(
            cell=model.cell(table.stem),
            reference=files[FLOAT32],
            variant=files[table.stem],
            truth_file=truth_file,
            task=task,
        )
        for table in tables
    ]
    for result, table, draw in zip(results, tables, draws, strict=True):
        result.write(table=table, draws=draw)
