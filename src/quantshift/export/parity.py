"""Is the exported model the trained one?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quantshift.core.signature import ParityRecord


@dataclass(frozen=True)
class Parity:
    """How the logits of torch and of onnxruntime compare on the same inputs.

    Attributes:
        inputs: number of inputs.
        max_difference: largest absolute difference of a logit.
        largest_logit: largest magnitude of torch's logits.
        argmax_equal: share of the inputs with the same top-1 class, 0..1.
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


def parity(torch_logits: NDArray[np.float32], onnx_logits: NDArray[np.float32]) -> Parity:
    """Compare logits [n, classes] of the same inputs.

    >>> a = np.array([[0.0, 1.0], [2.0, 0.5]], dtype=np.float32)
    >>> b = np.array([[0.0, 1.0], [0.25, 0.5]], dtype=np.float32)
    >>> parity(a, b)
    Parity(inputs=2, max_difference=1.75, largest_logit=2.0, argmax_equal=0.5)
    """
    equal = torch_logits.argmax(axis=1) == onnx_logits.argmax(axis=1)
    difference = np.abs(torch_logits.astype(np.float64) - onnx_logits.astype(np.float64))
    return Parity(len(torch_logits), float(difference.max()), float(np.abs(torch_logits).max()), float(equal.mean()))
