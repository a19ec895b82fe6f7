"""Flips: inputs on which exactly one of float32 and the variant is right (arXiv 2011.09161, section 3)."""

import numpy as np
from numpy.typing import NDArray

from quantshift.metrics.accuracy import correct
from quantshift.tasks import Outputs, Task
from quantshift.tasks.classification import CLASSIFICATION


def flips(
    reference: Outputs, variant: Outputs, labels: NDArray[np.integer], task: Task = CLASSIFICATION
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return two masks [n]: negative flips (float32 right, variant wrong) and positive flips (the reverse).

    An input on which both give different wrong answers is a disagreement but not a flip.

    Args:
        reference: outputs [n, ...] of float32, such as logits [n, classes].
        variant: outputs of the quantized model, for the same inputs in the same order.
        labels: [n], answers from 0.
        task: what outputs mean.

    >>> float32 = np.array([[2.0, 1.0, 0.0], [2.0, 1.0, 0.0], [2.0, 1.0, 0.0]])
    >>> quantized = np.array([[1.0, 2.0, 0.0], [1.0, 2.0, 0.0], [1.0, 2.0, 0.0]])
    >>> negative, positive = flips(float32, quantized, np.array([0, 1, 2]))
    >>> negative.tolist(), positive.tolist()
    ([True, False, False], [False, True, False])
    """
    reference_right, variant_right = correct(reference, labels, task), correct(variant, labels, task)
    return reference_right & ~variant_right, variant_right & ~reference_right
