"""Tasks: kinds of answers, one per file.

Metrics, masks and comparisons take outputs [n, ...] together with a task, which alone interprets them.
"""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Outputs = NDArray[np.floating]


class Task(Protocol):
    """The meaning of a model's outputs."""

    @property
    def kind(self) -> str:
        """Return the kind of the outputs (see quantshift.core.signature)."""

    @property
    def has_probabilities(self) -> bool:
        """Return whether the softmax of `logits` gives the probabilities of the answers."""

    def fault(self, outputs: Outputs) -> str | None:
        """Return a description of what is wrong with the shape of outputs, or None."""

    def count(self, outputs: Outputs) -> int | None:
        """Return the number of possible answers, which are numbered from 0; None if it is not known."""

    def answers(self, outputs: Outputs) -> NDArray[np.intp]:
        """Return the answer to each input, [n]."""

    def tied(self, outputs: Outputs) -> NDArray[np.bool_]:
        """Return the mask [n] of ties: inputs for which a convention decides between equally good answers."""

    def logits(self, outputs: Outputs) -> Outputs | None:
        """Return logits [n, answers] for detectors, the largest for the answer; None if outputs are answers alone."""

    def margin(self, outputs: Outputs) -> NDArray[np.float64] | None:
        """Return the distance [n] of each output from a different answer, at least 0; None as for `logits`.

        A distance of 0 is a tie.
        """
