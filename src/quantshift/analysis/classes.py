"""Which classes a variant and the clean test set have, and the disagreements of each class.

The class of an input is its label or, without labels, float32's answer.
"""

from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from quantshift.analysis.statistics.mean_rate import SharedSources
from quantshift.data.labelled import has_labels
from quantshift.tasks import Outputs, Task

# With more classes, the counts of each class would make the records too large.
MAX_CLASSES = 1000


# One class of the clean test set: its number, inputs, disagreements, and the number of independent inputs that would
# measure their rate as precisely.
ClassCounts = TypedDict("ClassCounts", {"class": int, "n": int, "disagreements": int, "effective_n": float})


class ClassFacts(TypedDict):
    """The classes of one variant on the clean test set.

    labelled: whether the test set has labels;
    classes: number of classes that the model can answer; up to the largest answer or label if that is not known;
    answered: number of classes that this variant answers;
    without_inputs: numbers of the classes without a labelled input; empty without labels;
    chance: accuracy that this variant's answers would have if they were shuffled among the inputs; None without labels;
    by_class: the classes with inputs; empty for models with more than MAX_CLASSES classes.
    """

    labelled: bool
    classes: int
    answered: int
    without_inputs: list[int]
    chance: float | None
    by_class: list[ClassCounts]


def class_facts(
    reference: Outputs,
    variant: Outputs,
    labels: NDArray[np.integer],
    sources: NDArray[np.integer],
    disagrees: NDArray[np.bool_],
    task: Task,
) -> ClassFacts:
    """Return the classes of a variant on the clean test set.

    Args:
        reference: outputs [n, ...] of float32, n > 0.
        variant: outputs of the variant.
        labels: [n], classes from 0, or all NO_LABEL.
        sources: [n], the ids of the source inputs.
        disagrees: [n].
        task: the task, which interprets the outputs.
    """
    labelled = has_labels(labels)
    answered, classes = task.answers(variant), labels if labelled else task.answers(reference)
    count = task.count(reference)
    if count is None:
        count = 1 + max(int(each.max()) for each in (task.answers(reference), answered, labels))
    answers = np.bincount(answered, minlength=count)
    sizes = np.bincount(classes, minlength=count)
    chance = float((sizes * answers[: len(sizes)]).sum() / len(labels) ** 2) if labelled else None
    by_class: list[ClassCounts] = []
    if count <= MAX_CLASSES:
        for number in np.flatnonzero(sizes).tolist():
            inputs = classes == number
            rate = SharedSources([sources[inputs]]).mean_rate([disagrees[inputs]])
            by_class.append(
                {
                    "class": number,
                    "n": int(sizes[number]),
                    "disagreements": int(disagrees[inputs].sum()),
                    "effective_n": rate.effective_inputs,
                }
            )
    return ClassFacts(
        labelled=labelled,
        classes=count,
        answered=int((answers > 0).sum()),
        without_inputs=np.flatnonzero(sizes == 0).tolist() if labelled else [],
        chance=chance,
        by_class=by_class,
    )
