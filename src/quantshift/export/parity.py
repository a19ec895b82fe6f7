"""Is the exported model the trained one?"""

from dataclasses import dataclass

import numpy as np

from quantshift.core.signature import ParityRecord
from quantshift.metrics.disagreement import disagreement
from quantshift.tasks import Outputs, Task
from quantshift.tasks.classification import CLASSIFICATION


@dataclass(frozen=True)
class Parity:
    """How the outputs of torch and of onnxruntime compare on the same inputs.

    Attributes:
        inputs: number of inputs.
        max_difference: largest absolute difference of a number, such as a logit.
        largest_logit: largest magnitude of torch's outputs.
        argmax_equal: share of the inputs with the same answer, such as the top-1 class, 0..1.
    """

    inputs: int
    max_difference: float
    largest_logit: float
    argmax_equal: float

    def record(self) -> ParityRecord:
        """Return what the record of the model says."""
        return ParityRecord(
            inputs=self.inputs,
            max_difference=self.max_difference,
            largest_logit=self.largest_logit,
            argmax_equal=self.argmax_equal,
        )

    def within(self, tolerance: float) -> bool:
        """Return whether no logit differs by more than `tolerance`, or that share of the largest where it is over 1.

        Both sides round sums of thousands of float32 products, in another order: what that comes to grows with them.
        """
        return self.max_difference <= tolerance * max(1.0, self.largest_logit)


def parity(expected: Outputs, found: Outputs, task: Task = CLASSIFICATION) -> Parity:
    """Compare outputs [n, ...] for the same inputs.

    Args:
        expected: torch's.
        found: onnxruntime's, of the same shape.
        task: what outputs mean.

    >>> a = np.array([[0.0, 1.0], [2.0, 0.5]], dtype=np.float32)
    >>> b = np.array([[0.0, 1.0], [0.25, 0.5]], dtype=np.float32)
    >>> parity(a, b)
    Parity(inputs=2, max_difference=1.75, largest_logit=2.0, argmax_equal=0.5)
    """
    equal = ~disagreement(expected, found, task)
    difference = np.abs(expected.astype(np.float64) - found.astype(np.float64))
    return Parity(len(expected), float(difference.max()), float(np.abs(expected).max()), float(equal.mean()))
