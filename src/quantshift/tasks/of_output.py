"""The task of a model, determined by the output in its record."""

import os

from quantshift.core.errors import QuantshiftError
from quantshift.core.signature import MODEL_RECORD, OUTPUTS, Output, Signature
from quantshift.storage.records import read_record
from quantshift.tasks import Task
from quantshift.tasks.classification import CLASSIFICATION
from quantshift.tasks.label import Label
from quantshift.tasks.probabilities import BY_PROBABILITY
from quantshift.tasks.score import Score


def task_of(output: Output) -> Task:
    """Return the task of a model with this output.

    Raises:
        ValueError: no task has this kind of output, or a score has no threshold.

    >>> task_of({"name": "p", "kind": "score", "classes": 2, "threshold": 0.5})
    Score(threshold=0.5)
    """
    match output:
        case {"kind": "logits"}:
            return CLASSIFICATION
        case {"kind": "probabilities"}:
            return BY_PROBABILITY
        case {"kind": "label", "classes": classes}:
            return Label(classes)
        case {"kind": "score", "threshold": threshold}:
            return Score(threshold)
        case {"kind": "score"}:
            raise ValueError("its output is a score without a threshold, expected a number as output.threshold")
    raise ValueError(f"the kind of its output is {output['kind']!r}, expected one of {', '.join(OUTPUTS)}")


def read_task(record: str | os.PathLike[str]) -> Task:
    """Return the task of a model, from its record (`model.json`).

    Raises:
        QuantshiftError: the record is missing or damaged, or no task has its kind of output.
    """
    output = read_record(record, Signature, MODEL_RECORD)["output"]
    try:
        return task_of(output)
    except ValueError as error:
        raise QuantshiftError(f"{os.fspath(record)}: {error}") from error


def read_classes(record: str | os.PathLike[str]) -> list[str]:
    """Return the names of the classes in a model's record, or an empty list if it has none.

    Raises:
        QuantshiftError: the record is missing or damaged.
    """
    return read_record(record, Signature, MODEL_RECORD)["output"].get("labels", [])
