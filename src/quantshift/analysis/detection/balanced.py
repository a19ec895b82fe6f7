"""The protocol `published` (arXiv 2204.04220, RQ3): a balanced sample, a logistic regression, a tenth held out.

The sample is all disagreements and as many agreements, drawn at random. A logistic regression of one feature keeps or
turns the order of its scores, whatever its strength of regularization, so that cross-validating it changes none of the
figures: it decides the sign alone. At weight 0 the loss falls in the direction in which the two classes' means differ
(its gradient is -sum((y - mean y) x)) and it is convex, so the sign is that of the difference of the means. Equal means
leave the documented direction; they may differ by the rounding of their sums.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quantshift.analysis.detection.ranking import Floats, Quality, direct

DRAWS = 50
HELD_OUT = 0.1
# Of a mean, relative to its size.
ROUNDING = 1e-12


@dataclass(frozen=True)
class Samples:
    """Balanced samples of a group of inputs.

    Attributes:
        disagreements: [draws, m], places of the inputs; the first `held_out` of each draw are held out.
        agreements: [draws, m].
        held_out: number of each class, at least 1.
    """

    disagreements: NDArray[np.int64]
    agreements: NDArray[np.int64]
    held_out: int


def samples(disagrees: NDArray[np.bool_], random: np.random.Generator, draws: int = DRAWS) -> Samples | None:
    """Draw balanced samples of inputs [n], or return None where a tenth is less than one disagreement.

    Where disagreements are the majority, as many of them are drawn as there are agreements.
    """
    positives, negatives = np.flatnonzero(disagrees), np.flatnonzero(~disagrees)
    size = min(len(positives), len(negatives))
    held_out = int(size * HELD_OUT)
    if held_out == 0:
        return None
    disagreements, agreements = (
        np.stack([random.choice(places, size, replace=False) for _ in range(draws)])
        for places in (positives, negatives)
    )
    return Samples(disagreements, agreements, held_out)


def held_out_quality(scores: Floats, drawn: Samples) -> tuple[Quality, NDArray[np.float64]]:
    """Return the figures [draws] of the held-out parts, and the fitted signs [draws], each 1 or -1.

    Args:
        scores: [n] of the whole group.
        drawn: its balanced samples.
    """
    positives, negatives = scores[drawn.disagreements], scores[drawn.agreements]
    held = drawn.held_out
    high, low = positives[:, held:].mean(axis=1), negatives[:, held:].mean(axis=1)
    signs = np.where(high < low - ROUNDING * np.abs(low), -1.0, 1.0)
    ranked = np.concatenate([positives[:, :held], negatives[:, :held]], axis=1) * signs[:, None]
    return direct(ranked, np.arange(2 * held) < held), signs
