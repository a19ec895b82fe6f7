"""A score against a threshold: the answer is 1 if the score is at or above the threshold, else 0."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quantshift.core.signature import SCORE
from quantshift.tasks import Outputs


@dataclass(frozen=True)
class Score:
    """Comparison of scores [n] or [n, 1] with a threshold.

    A score equal to the threshold is a tie: a convention decides the answer, and rounding may change it.

    Attributes:
        threshold: threshold, in the units of the score.

    >>> task, scores = Score(0.5), np.array([0.25, 0.5, 0.75])
    >>> task.answers(scores), task.tied(scores), task.margin(scores)
    (array([0, 1, 1]), array([False,  True, False]), array([0.25, 0.  , 0.25]))
    """

    threshold: float

    @property
    def kind(self) -> str:
        """Return the kind of the outputs."""
        return SCORE

    @property
    def has_probabilities(self) -> bool:
        """Return False: a score need not be a probability."""
        return False

    def fault(self, outputs: Outputs) -> str | None:
        """Return a description of what is wrong with the shape of scores, or None."""
        if outputs.ndim == 1 or (outputs.ndim == 2 and outputs.shape[1] == 1):
            return None
        return f"scores {list(outputs.shape)}, expected [n] or [n, 1]"

    def count(self, outputs: Outputs) -> int:
        """Return 2: below the threshold, or at or above it."""
        return 2

    def answers(self, outputs: Outputs) -> NDArray[np.intp]:
        """Return 1 if the score is at or above the threshold, else 0, [n]."""
        return (self._above(outputs) >= 0).astype(np.intp)

    def tied(self, outputs: Outputs) -> NDArray[np.bool_]:
        """Return the mask [n] of scores equal to the threshold."""
        mask: NDArray[np.bool_] = self._above(outputs) == 0
        return mask

    def logits(self, outputs: Outputs) -> Outputs:
        """Return the threshold and the score, [n, 2]; the index of the larger one is the answer.

        >>> Score(0.5).logits(np.array([0.25, 0.75])).tolist()
        [[0.5, 0.25], [0.5, 0.75]]
        """
        scores = outputs.reshape(len(outputs))
        return np.stack([np.full_like(scores, self.threshold), scores], axis=1)

    def margin(self, outputs: Outputs) -> NDArray[np.float64]:
        """Return the distance of each score from the threshold, [n]."""
        return np.abs(self._above(outputs))

    def _above(self, outputs: Outputs) -> NDArray[np.float64]:
        # Round the threshold to the type of the scores: 0.1 as float32 is above 0.1, but such a score must be a tie.
        difference: NDArray[np.float64] = outputs.reshape(len(outputs)).astype(np.float64) - float(
            outputs.dtype.type(self.threshold)
        )
        return difference
