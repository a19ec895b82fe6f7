"""Accuracy: the share of inputs whose answer equals the label."""

import numpy as np
from numpy.typing import NDArray

from quantshift.tasks import Outputs, Task
from quantshift.tasks.classification import CLASSIFICATION


def correct(outputs: Outputs, labels: NDArray[np.integer], task: Task = CLASSIFICATION) -> NDArray[np.bool_]:
    """Return the mask [n] of correctly answered inputs; of tied logits the first class counts.

    Args:
        outputs: [n, ...], such as logits [n, classes].
        labels: [n], answers from 0.
        task: what outputs mean.
    """
    mask: NDArray[np.bool_] = task.answers(outputs) == labels
    return mask


def accuracy(outputs: Outputs, labels: NDArray[np.integer], task: Task = CLASSIFICATION) -> float:
    """Return the accuracy in 0..1 of `outputs` [n, ...] for `labels` [n], n at least 1.

    >>> accuracy(np.array([[2.0, 1.0], [0.0, 3.0], [1.0, 1.0], [5.0, 4.0]]), np.array([0, 1, 0, 1]))
    0.75
    """
    return float(correct(outputs, labels, task).mean())
