"""List the inputs on which a variant disagrees with float32."""

import os
from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantshift.data.labelled import has_labels
from quantshift.storage.rows import write_rows
from quantshift.tasks import Task
from quantshift.tasks.classification import CLASSIFICATION

COLUMNS = (
    "suite",
    "shift",
    "severity",
    "input",
    "source",
    "label",
    "top1_float32",
    "top1_variant",
    "margin_float32",
    "margin_variant",
    "tied",
)
DECIMALS = 9

# The label is None in test sets without labels, and margins are None for a task without margins.
Row = tuple[str, str, int, int, int, int | None, int, int, float | None, float | None, bool]


def disagreement_rows(
    test_set: tuple[str, str, int],
    reference: NDArray[np.floating],
    variant: NDArray[np.floating],
    labels: NDArray[np.integer],
    sources: NDArray[np.integer],
    disagrees: NDArray[np.bool_],
    ties: NDArray[np.bool_],
    task: Task = CLASSIFICATION,
) -> Iterator[Row]:
    """Yield one row per disagreement of a test set, with the values of COLUMNS.

    Args:
        test_set: suite, shift and severity.
        reference: outputs [n, ...] of float32.
        variant: outputs of the variant.
        labels: [n], or all NO_LABEL.
        sources: [n].
        disagrees: [n].
        ties: [n], the disagreements in which the variant's outputs are tied.
        task: the task, which interprets the outputs.
    """
    indices = np.flatnonzero(disagrees)
    if indices.size == 0:
        return
    shown_labels = labels[indices] if has_labels(labels) else np.full(len(indices), None)
    columns: list[NDArray[Any]] = [indices, sources[indices], shown_labels]
    columns += [task.answers(outputs[indices]) for outputs in (reference, variant)]
    columns += [_margins(outputs[indices], task) for outputs in (reference, variant)]
    columns.append(ties[indices])
    for values in zip(*(column.tolist() for column in columns), strict=True):
        yield (*test_set, *values)


def _margins(outputs: NDArray[np.floating], task: Task) -> NDArray[Any]:
    """Return the rounded margins of outputs, or None for each if the task has none."""
    margins = task.margin(outputs)
    return np.full(len(outputs), None) if margins is None else margins.round(DECIMALS)


def write(rows: Sequence[Row], path: str | os.PathLike[str]) -> None:
    """Write the rows as a table `disagreements`, sorted by test set and input; without rows, only the header."""
    write_rows(path, COLUMNS, sorted(rows, key=itemgetter(0, 1, 2, 3)))
