"""The stored outputs that a guard is chosen and checked on."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quantshift.core.test_set import TestSet
from quantshift.metrics.disagreement import disagreement
from quantshift.tasks import Task

# Part of the sources of the clean test set on which a threshold is chosen if there are no validation data.
CHOICE_SHARE = 0.2
SEED = 0


@dataclass(frozen=True)
class Part:
    """Outputs of a variant and of float32 for the same inputs.

    Attributes:
        test_set: the test set that the inputs are from.
        reference: float32 [n, ...] of float32, such as logits [n, classes].
        outputs: float32 [n, ...] of the variant.
        disagrees: bool [n], where the variant's answer is not float32's.
        sources: int64 [n], ids of the sources.
    """

    test_set: TestSet
    reference: NDArray[np.float32]
    outputs: NDArray[np.float32]
    disagrees: NDArray[np.bool_]
    sources: NDArray[np.int64]

    @classmethod
    def of(
        cls,
        test_set: TestSet,
        reference: NDArray[np.float32],
        outputs: NDArray[np.float32],
        sources: NDArray[np.int64],
        task: Task,
    ) -> "Part":
        """Return the part with these outputs of float32 and of the variant."""
        return cls(test_set, reference, outputs, disagreement(reference, outputs, task), sources)

    def select(self, rows: NDArray[np.bool_]) -> "Part":
        """Return the part with some of the rows, given as a mask [n]."""
        return Part(self.test_set, self.reference[rows], self.outputs[rows], self.disagrees[rows], self.sources[rows])

    def __len__(self) -> int:
        """Return the number of inputs."""
        return len(self.disagrees)


def divide(clean: Part, validation: Part) -> tuple[Part, Part]:
    """Return the part on which a threshold is chosen, and that on which its promise is checked; no source is in both.

    The first is the validation data. Without these, or if they share sources with the clean test set, it is a fifth of
    the sources of the clean test set, and the check uses the others. Both are empty if all data are.
    """
    if len(validation) and not np.isin(validation.sources, clean.sources).any():
        return validation, clean
    if not len(clean):
        return clean, clean
    sources = np.unique(clean.sources)
    count = max(1, round(CHOICE_SHARE * len(sources)))
    chosen = np.random.default_rng(SEED).choice(sources, size=count, replace=False)
    mask = np.isin(clean.sources, chosen)
    return clean.select(mask), clean.select(~mask)
