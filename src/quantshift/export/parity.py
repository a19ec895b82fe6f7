"""Is the exported model the trained one?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Parity:
    """How the logits of torch and of onnxruntime compare on the same inputs.

    Attributes:
        inputs: number of inputs.
        max_difference: largest absolute difference of a logit.
        argmax_equal: share of the inputs with the same top-1 class, 0..1.
    """

    inputs: int
    max_difference: float
    argmax_equal: float


def parity(torch_logits: NDArray[np.float32], onnx_logits: NDArray[np.float32]) -> Parity:
    """Compare logits [n, classes] of the same inputs.

    >>> a = np.array([[0.0, 1.0], [2.0, 0.5]], dtype=np.float32)
    >>> b = np.array([[0.0, 1.0], [0.25, 0.5]], dtype=np.float32)
    >>> parity(a, b)
    Parity(inputs=2, max_difference=1.75, argmax_equal=0.5)
    """
    equal = torch_logits.argmax(axis=1) == onnx_logits.argmax(axis=1)
    difference = np.abs(torch_logits.astype(np.float64) - onnx_logits.astype(np.float64))
    return Parity(len(torch_logits), float(difference.max()), float(equal.mean()))
