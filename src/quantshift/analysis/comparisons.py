"""All variants of a model against float32: the work of the rule `compare`."""

from collections.abc import Sequence
from pathlib import Path

from quantshift.analysis.comparison import comparison
from quantshift.analysis.logit_files import by_variant
from quantshift.core.model_id import ModelId
from quantshift.core.names import FLOAT32
from quantshift.tasks import Task


def write_comparisons(
    *,
    model: ModelId,
    logits: Sequence[Path],
    known: Path,
    tables: Sequence[Path],
    masks: Sequence[Path],
    inputs: Sequence[Path],
    weakest: Sequence[Path],
    task: Task,
) -> None:
    """Compare the variants of a model with float32, one after the other (see `quantshift.analysis.comparison`).

    Nothing is written unless all of them can be compared.

    Args:
        model: the model's id.
        logits: archives of all variants and suites, float32's among them, at ``…/{variant}/{suite}.npz``.
        known: the labels and sources of the data set's test sets.
        tables: the CSV to write for each variant, at ``…/{variant}.csv``.
        masks: the archives of disagreements to write, in the order of `tables`.
        inputs: the CSVs of the inputs that disagree to write, in the same order.
        weakest: the JSONs of the weakest spots to write, in the same order.
        task: what the stored outputs mean.

    Raises:
        QuantshiftError: a file is missing, damaged or does not fit the others.
    """
    found = by_variant(logits)
    comparisons = [
        comparison(
            cell=model.cell(table.stem),
            reference=found[FLOAT32],
            variant=found[table.stem],
            known=known,
            task=task,
        )
        for table in tables
    ]
    targets = zip(comparisons, tables, masks, inputs, weakest, strict=True)
    for compared, table, mask, disagreeing, weak in targets:
        compared.write(table=table, masks=mask, inputs=disagreeing, weakest=weak)
