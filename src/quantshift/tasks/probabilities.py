"""Probabilities: outputs are probabilities [n, classes]; the answer is the most probable class."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quantshift.core.signature import PROBABILITIES
from quantshift.tasks import Outputs
from quantshift.tasks.classification import Classification

# Half of the smallest positive float32, so that a probability of 0 has a finite logarithm below all others.
FLOOR = 2.0**-150


@dataclass(frozen=True)
class Probabilities(Classification):
    """Classification into 2 or more classes by probabilities; among tied classes the first one is the answer.

    The softmax of probabilities means nothing, so `logits` has their logarithms, whose softmax gives the probabilities.

    >>> task, outputs = Probabilities(), np.array([[0.25, 0.5, 0.25], [0.5, 0.0, 0.5]])
    >>> task.answers(outputs), task.tied(outputs), task.margin(outputs)
    (array([1, 0]), array([False,  True]), array([0.25, 0.  ]))
    """

    @property
    def kind(self) -> str:
        """Return the kind of the outputs."""
        return PROBABILITIES

    def fault(self, outputs: Outputs) -> str | None:
        """Return a description of what is wrong with the shape of probabilities, or None."""
        if outputs.ndim == 2 and outputs.shape[1] > 1:
            return None
        return f"probabilities {list(outputs.shape)}, expected [n, classes], 2 classes or more"

    def logits(self, outputs: Outputs) -> Outputs:
        """Return the natural logarithms in float64, [n, classes], finite also where a probability is 0.

        Equal probabilities have equal logarithms, and a larger probability has a larger one.

        >>> Probabilities().logits(np.array([[0.0, 1.0]])).round(1).tolist()
        [[-104.0, 0.0]]
        """
        logarithms: NDArray[np.float64] = np.log(np.maximum(outputs.astype(np.float64), FLOOR))
        return logarithms

    def margin(self, outputs: Outputs) -> NDArray[np.float64]:
        """Return p1 - p2, [n], in 0..1."""
        top_two = np.partition(outputs.astype(np.float64), -2, axis=1)[:, -2:]
        differences: NDArray[np.float64] = top_two[:, 1] - top_two[:, 0]
        return differences


BY_PROBABILITY = Probabilities()
