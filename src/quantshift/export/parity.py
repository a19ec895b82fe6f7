"""Parity: whether an exported model is equivalent to the trained one."""

from dataclasses import dataclass

import numpy as np

from quantshift.core.signature import ParityRecord
from quantshift.tasks import Outputs, Task
from quantshift.tasks.classification import CLASSIFICATION


@dataclass(frozen=True)
class Parity:
    """How the outputs of torch and of onnxruntime compare on the same inputs.

    Attributes:
        inputs: number of inputs.
        max_difference: largest absolute difference of a number, such as a logit.
        largest_logit: largest magnitude of torch's outputs.
        argmax_equal: fraction of inputs with the same answer, such as the top-1 class, 0..1.
    """

    inputs: int
    max_difference: float
    largest_logit: float
    argmax_equal: float

    def record(self) -> ParityRecord:
        """Return the entry of the model record."""
        return ParityRecord(
            inputs=self.inputs,
            max_difference=self.max_difference,
            largest_logit=self.largest_logit,
            argmax_equal=self.argmax_equal,
        )

    def within(self, tolerance: float) -> bool:
        """Return whether no output differs by more than `tolerance`, times the largest magnitude if that exceeds 1.

        torch and onnxruntime add thousands of float32 products in different orders, so errors grow with the sums.
        """
        return self.max_difference <= tolerance * max(1.0, self.largest_logit)


def parity(expected: Outputs, actual: Outputs, task: Task = CLASSIFICATION) -> Parity:
    """Compare outputs [n, ...] for the same inputs.

    Args:
        expected: torch's outputs.
        actual: onnxruntime's outputs, of the same shape.
        task: what outputs mean.

    >>> a = np.array([[0.0, 1.0], [2.0, 0.5]], dtype=np.float32)
    >>> b = np.array([[0.0, 1.0], [0.25, 0.5]], dtype=np.float32)
    >>> parity(a, b)
    Parity(inputs=2, max_difference=1.75, largest_logit=2.0, argmax_equal=0.5)
    """
    equal = task.answers(expected) == task.answers(actual)
    difference = np.abs(expected.astype(np.float64) - actual.astype(np.float64))
    return Parity(len(expected), float(difference.max()), float(np.abs(expected).max()), float(equal.mean()))
