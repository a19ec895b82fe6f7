"""Labels: outputs are the answers themselves, without any number that states how close another answer was."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quantshift.core.signature import LABEL
from quantshift.tasks import Outputs


@dataclass(frozen=True)
class Label:
    """Answers [n] or [n, 1], numbered from 0. They can only be compared: there are no margins, detectors or KL.

    Attributes:
        classes: number of classes; 0 if it is not known.

    >>> task, outputs = Label(3), np.array([[2.0], [0.0]])
    >>> task.answers(outputs), task.tied(outputs), task.margin(outputs)
    (array([2, 0]), array([False, False]), None)
    """

    classes: int = 0

    @property
    def kind(self) -> str:
        """Return the kind of the outputs."""
        return LABEL

    @property
    def has_probabilities(self) -> bool:
        """Return False: answers have no probabilities."""
        return False

    def fault(self, outputs: Outputs) -> str | None:
        """Return a description of what is wrong with labels, or None."""
        if outputs.ndim != 1 and (outputs.ndim != 2 or outputs.shape[1] != 1):
            return f"labels {list(outputs.shape)}, expected [n] or [n, 1]"
        wrong = outputs[(outputs < 0) | (outputs != np.rint(outputs))]
        if wrong.size:
            return f"the label {wrong.flat[0]:g}, expected whole numbers from 0"
        if self.classes and (outputs >= self.classes).any():
            return f"the label {outputs.max():g}, expected at most {self.classes - 1}"
        return None

    def count(self, outputs: Outputs) -> int | None:
        """Return the number of classes, or None if it is not known."""
        return self.classes or None

    def answers(self, outputs: Outputs) -> NDArray[np.intp]:
        """Return the labels, [n]."""
        return outputs.reshape(len(outputs)).astype(np.intp)

    def tied(self, outputs: Outputs) -> NDArray[np.bool_]:
        """Return a mask [n] without ties: a label does not show them."""
        return np.zeros(len(outputs), dtype=np.bool_)

    def logits(self, outputs: Outputs) -> None:
        """Return None: there is nothing that detectors could score."""

    def margin(self, outputs: Outputs) -> None:
        """Return None: a label has no distance from another one."""
