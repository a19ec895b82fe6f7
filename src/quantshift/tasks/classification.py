"""Classification: outputs are logits [n, classes]; the answer is the class with the largest logit (top-1)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quantshift.core.signature import LOGITS
from quantshift.runtime.probabilities import margin
from quantshift.tasks import Outputs


@dataclass(frozen=True)
class Classification:
    """Classification into 2 or more classes; among tied logits the first class is the answer.

    >>> task, logits = Classification(), np.array([[2.0, 1.0, 2.0], [0.0, 1.0, 3.0]])
    >>> task.answers(logits), task.tied(logits), task.count(logits)
    (array([0, 2]), array([ True, False]), 3)
    """

    @property
    def kind(self) -> str:
        """Return the kind of the outputs."""
        return LOGITS

    @property
    def has_probabilities(self) -> bool:
        """Return True: the softmax of logits gives probabilities."""
        return True

    def fault(self, outputs: Outputs) -> str | None:
        """Return a description of what is wrong with the shape of logits, or None."""
        if outputs.ndim == 2 and outputs.shape[1] > 1:
            return None
        return f"logits {list(outputs.shape)}, expected [n, classes], 2 classes or more"

    def count(self, outputs: Outputs) -> int:
        """Return the number of classes."""
        return int(outputs.shape[1])

    def answers(self, outputs: Outputs) -> NDArray[np.intp]:
        """Return the class with the largest logit, [n]."""
        classes: NDArray[np.intp] = outputs.argmax(axis=1)
        return classes

    def tied(self, outputs: Outputs) -> NDArray[np.bool_]:
        """Return the mask [n] of the inputs whose two largest logits are equal, so that the first class wins."""
        top_two = np.partition(outputs, -2, axis=1)[:, -2:]
        mask: NDArray[np.bool_] = top_two[:, 0] == top_two[:, 1]
        return mask

    def logits(self, outputs: Outputs) -> Outputs:
        """Return the outputs, which are logits."""
        return outputs

    def margin(self, outputs: Outputs) -> NDArray[np.float64]:
        """Return p1 - p2 of the softmax, [n], in 0..1."""
        return margin(outputs)


CLASSIFICATION = Classification()
