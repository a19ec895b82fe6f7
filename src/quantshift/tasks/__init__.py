"""Tasks: what the answer of a model is, a file for each.

Metrics, masks and comparisons take outputs [n, ...] and the task that they are of, and ask it alone what they mean.
"""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Outputs = NDArray[np.floating]


class Task(Protocol):
    """What the outputs of a model mean."""

    @property
    def kind(self) -> str:
        """Return the kind of the outputs (see quantshift.core.signature)."""

    @property
    def has_probabilities(self) -> bool:
        """Return whether outputs are logits, whose softmax are the probabilities of the answers."""

    def fault(self, outputs: Outputs) -> str | None:
        """Return in words what is wrong with the shape of outputs, or None."""

    def count(self, outputs: Outputs) -> int:
        """Return how many answers there are; answers are 0 to one less."""

    def answers(self, outputs: Outputs) -> NDArray[np.intp]:
        """Return the answer to each input, [n]."""

    def tied(self, outputs: Outputs) -> NDArray[np.bool_]:
        """Return the mask [n] of the inputs whose answer a convention decides, since the outputs favour none."""

    def logits(self, outputs: Outputs) -> Outputs:
        """Return logits [n, answers], the largest of which is the answer's; detectors take them."""

    def margin(self, outputs: Outputs) -> NDArray[np.float64]:
        """Return how far each output is from another answer, [n], at least 0; 0 is a tie."""
