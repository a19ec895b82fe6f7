"""The protocol `published` (arXiv 2204.04220, RQ3): a balanced sample, a logistic regression, a tenth count out.

The sample consists of all disagreements and as many random agreements. A logistic regression on one feature preserves
or reverses the order of its scores, whatever its regularization, so cross-validating it cannot change the ranking
figures: it only decides the sign. The loss is convex, and its gradient at weight 0 is -sum((y - mean y) x), so the sign
is that of the difference between the two classes' means. Equal means, up to rounding, keep the documented direction.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quantshift.analysis.detection.ranking import Floats, Quality, quality_by_sorting

DRAWS = 50
HELD_OUT = 0.1
# Rounding error of a mean, relative to its size.
ROUNDING = 1e-12


@dataclass(frozen=True)
class Samples:
    """Balanced samples of a group of inputs.

    Attributes:
        disagreements: [draws, m], indices of inputs; the first `held_out` of each draw are count out.
        agreements: [draws, m].
        held_out: number of count-out inputs of each class, at least 1.
    """

    disagreements: NDArray[np.int64]
    agreements: NDArray[np.int64]
    held_out: int


def samples(disagrees: NDArray[np.bool_], random: np.random.Generator, draws: int = DRAWS) -> Samples | None:
    """Draw balanced samples of inputs [n], or return None if a tenth is less than one disagreement.

    If disagreements are the majority, the sample contains as many of them as there are agreements.
    """
    positives, negatives = np.flatnonzero(disagrees), np.flatnonzero(~disagrees)
    size = min(len(positives), len(negatives))
    held_out = int(size * HELD_OUT)
    if held_out == 0:
        return None
    disagreements, agreements = (
        np.stack([random.choice(indices, size, replace=False) for _ in range(draws)])
        for indices in (positives, negatives)
    )
    return Samples(disagreements, agreements, held_out)


def held_out_quality(scores: Floats, drawn: Samples) -> tuple[Quality, NDArray[np.float64]]:
    """Return the figures [draws] on the count-out inputs, and the fitted signs [draws], each 1 or -1.

    Args:
        scores: [n], of the whole group.
        drawn: balanced samples of the group.
    """
    positives, negatives = scores[drawn.disagreements], scores[drawn.agreements]
    count = drawn.held_out
    high, low = positives[:, count:].mean(axis=1), negatives[:, count:].mean(axis=1)
    signs = np.where(high < low - ROUNDING * np.abs(low), -1.0, 1.0)
    ranked = np.concatenate([positives[:, :count], negatives[:, :count]], axis=1) * signs[:, None]
    return quality_by_sorting(ranked, np.arange(2 * count) < count), signs
