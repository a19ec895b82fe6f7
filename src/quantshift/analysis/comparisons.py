"""Compare all variants of a model with float32, for the rule `compare`."""

from collections.abc import Sequence
from pathlib import Path

from quantshift.analysis.comparison import comparison, without_logits
from quantshift.analysis.logit_files import by_variant, not_applicable
from quantshift.core.model_id import ModelId
from quantshift.core.names import FLOAT32
from quantshift.tasks import Task


def write_comparisons(
    *,
    model: ModelId,
    logits: Sequence[Path],
    truth_file: Path,
    tables: Sequence[Path],
    masks: Sequence[Path],
    inputs: Sequence[Path],
    weakest: Sequence[Path],
    task: Task,
) -> None:
    """Compare the variants of a model with float32, one after the other (see `quantshift.analysis.comparison`).

    Nothing is written unless all variants can be compared. A variant whose archives have no arrays, because the model
    cannot take its preset, gets a table without rows, masks without arrays and weak spots without values.

    Args:
        model: the model's id.
        logits: archives of logits of all variants and suites, including float32's, at ``…/{variant}/{suite}.npz``.
        truth_file: labels and sources of all test sets of the data set (see quantshift.data.truth).
        tables: the CSV files of evaluation rows to write, at ``…/{variant}.csv``.
        masks: the archives of disagreements to write, in the order of `tables`.
        inputs: the CSV files of disagreeing inputs to write, in the same order.
        weakest: the JSON files of weak spots to write, in the same order.
        task: the task, which interprets the stored outputs.

    Raises:
        QuantshiftError: a file is missing, damaged or inconsistent with the others.
    """
    files = by_variant(logits)
    absent = not_applicable(files)
    comparisons = [
        without_logits()
        if table.stem in absent
        else comparison(
            cell=model.cell(table.stem),
            reference=files[FLOAT32],
            variant=files[table.stem],
            truth_file=truth_file,
            task=task,
        )
        for table in tables
    ]
    for result, table, mask, disagreeing, weak in zip(comparisons, tables, masks, inputs, weakest, strict=True):
        result.write(table=table, masks=mask, inputs=disagreeing, weakest=weak)
