"""The protocol `natural`: fitted on clean validation data, tested on other data at the prevalence that they have.

A detector of one feature has a direction and a threshold, and nothing else to fit.

The threshold is the k-th lowest score of n validation disagreements. A new disagreement from the same distribution has
at least this score with a probability of 1 - k / (n + 1) or more, because all orders of the n + 1 scores are equally
likely. We choose the highest threshold for which this is 95 % or more: k = floor(0.05 (n + 1)) (split conformal
prediction: Papadopoulos et al. 2002; Vovk, Gammerman & Shafer 2005). It exists for n >= 19; with fewer, the lowest
score comes nearest. Over validation data the TPR has the distribution Beta(n + 1 - k, k), or is larger where scores are
tied (Wilks 1941).
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincc

from quantshift.analysis.detection.ranking import TPR, Floats, direct

# With fewer disagreements an AUROC says little: no direction is turned and no interval is given.
MINIMUM = 10
# A product that should be a whole number may miss it in its last bits.
ROUNDING = 1e-9


@dataclass(frozen=True)
class Fit:
    """What the validation data say.

    Attributes:
        sign: 1 where a high score marks disagreements, as every detector documents, else -1.
        threshold: an input is flagged where sign * score is at least this; NaN without disagreements.
        disagreements: number of validation disagreements that it was fitted on.
    """

    sign: int
    threshold: float
    disagreements: int

    @property
    def expected_tpr(self) -> float:
        """The expected share of new disagreements that are flagged: 95 % or more where 19 or more were fitted on."""
        return 1 - rank(self.disagreements) / (self.disagreements + 1) if self.disagreements else math.nan

    @property
    def confidence(self) -> float:
        """The probability, over validation data, that the threshold's TPR is 95 % or more."""
        place = rank(self.disagreements)
        return float(betaincc(self.disagreements + 1 - place, place, TPR)) if self.disagreements else math.nan


def fit(scores: Floats, disagrees: NDArray[np.bool_]) -> Fit:
    """Return the direction, and the threshold that is expected to flag 95 % of new disagreements if any is.

    The direction is the documented one, unless at least 10 disagreements have an AUROC below 0.5.

    Args:
        scores: [n], may be none.
        disagrees: [n].

    >>> fit(np.array([0.1, 0.9, 0.5, 0.7]), np.array([False, True, False, True]))
    Fit(sign=1, threshold=0.7, disagreements=2)
    """
    count = int(disagrees.sum())
    if count == 0:
        return Fit(1, math.nan, 0)
    sign = -1 if count >= MINIMUM and direct(scores[None], disagrees).auroc[0] < 0.5 else 1
    lowest = np.sort(sign * scores[disagrees])
    return Fit(sign, float(lowest[rank(count) - 1]), count)


def rank(count: int) -> int:
    """Return which of so many disagreements' scores, from the lowest up, is the threshold; the first of too few.

    >>> rank(3), rank(19), rank(38), rank(39)
    (1, 1, 1, 2)
    """
    return max(math.floor((1 - TPR) * (count + 1) + ROUNDING), 1)


def at_threshold(fitted: Fit, scores: Floats, disagrees: NDArray[np.bool_]) -> tuple[float, float]:
    """Return the TPR and the TNR of the fitted threshold on other data; NaN where it or the class is lacking."""
    if math.isnan(fitted.threshold):
        return math.nan, math.nan
    flagged = fitted.sign * scores >= fitted.threshold
    positives, hits = int(disagrees.sum()), int((flagged & disagrees).sum())
    negatives, alarms = len(scores) - positives, int(flagged.sum()) - hits
    tpr = hits / positives if positives else math.nan
    return tpr, 1 - alarms / negatives if negatives else math.nan
