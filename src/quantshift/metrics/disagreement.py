"""Disagreement: the answer of the variant differs from that of float32 (arXiv 2204.04220, section 3)."""

import numpy as np
from numpy.typing import NDArray

from quantshift.tasks import Outputs, Task
from quantshift.tasks.classification import CLASSIFICATION


def disagreement(reference: Outputs, variant: Outputs, task: Task = CLASSIFICATION) -> NDArray[np.bool_]:
    """Return the mask [n] of the inputs on which the two models disagree; of tied logits the first class counts.

    Args:
        reference: outputs [n, ...] of float32, such as logits [n, classes].
        variant: outputs of the quantized model, for the same inputs in the same order.
        task: what outputs mean.

    >>> disagreement(np.array([[2.0, 1.0], [0.0, 3.0], [1.0, 1.0]]), np.array([[2.0, 1.5], [4.0, 3.0], [1.0, 0.9]]))
    array([False,  True, False])
    """
    mask: NDArray[np.bool_] = task.answers(reference) != task.answers(variant)
    return mask
