"""The protocol `natural`: fitted on clean validation data, tested on other data at their natural prevalence.

A detector with one feature has only a direction and a threshold to fit.

The threshold is the k-th lowest score of n validation disagreements. A new disagreement from the same distribution has
at least this score with a probability of 1 - k / (n + 1) or more, because all orders of the n + 1 scores are equally
likely. We choose the highest threshold for which this is 95 % or more: k = floor(0.05 (n + 1)) (split conformal
prediction: Papadopoulos et al. 2002; Vovk, Gammerman & Shafer 2005). It exists for n >= 19; with fewer disagreements,
the lowest score comes closest. Over random validation data, the TPR has the distribution Beta(n + 1 - k, k), and is
larger if scores are tied (Wilks 1941).
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincc

from quantshift.analysis.detection.ranking import TPR, Floats, quality_by_sorting

# With fewer disagreements an AUROC is too uncertain to reverse the direction or to give an interval.
MINIMUM = 10
# Tolerance for a product that should be an integer.
ROUNDING = 1e-9


@dataclass(frozen=True)
class Fit:
    """A detector's fit to the validation data.

    Attributes:
        sign: 1 if high scores indicate disagreements, as every detector documents, else -1.
        threshold: an input is flagged if sign * score is at least this; NaN without disagreements.
        disagreements: number of disagreements in the validation data.
    """

    sign: int
    threshold: float
    disagreements: int

    @property
    def expected_tpr(self) -> float:
        """The expected fraction of new disagreements that is flagged: 95 % or more for 19 or more disagreements."""
        return 1 - threshold_rank(self.disagreements) / (self.disagreements + 1) if self.disagreements else math.nan

    @property
    def confidence(self) -> float:
        """The probability, over random validation data, that the threshold's TPR is 95 % or more."""
        position = threshold_rank(self.disagreements)
        return float(betaincc(self.disagreements + 1 - position, position, TPR)) if self.disagreements else math.nan


def fit(scores: Floats, disagrees: NDArray[np.bool_]) -> Fit:
    """Return the direction, and the threshold that is expected to flag 95 % of new disagreements if one exists.

    The direction is the documented one unless there are at least 10 disagreements and their AUROC is below 0.5.

    Args:
        scores: [n], may be empty.
        disagrees: [n].

    >>> fit(np.array([0.1, 0.9, 0.5, 0.7]), np.array([False, True, False, True]))
    Fit(sign=1, threshold=0.7, disagreements=2)
    """
    count = int(disagrees.sum())
    if count == 0:
        return Fit(1, math.nan, 0)
    sign = -1 if count >= MINIMUM and quality_by_sorting(scores[None], disagrees).auroc[0] < 0.5 else 1
    lowest = np.sort(sign * scores[disagrees])
    return Fit(sign, float(lowest[threshold_rank(count) - 1]), count)


def threshold_rank(count: int) -> int:
    """Return the rank of the threshold among `count` scores, from the lowest (1); 1 if there are too few.

    >>> threshold_rank(3), threshold_rank(19), threshold_rank(38), threshold_rank(39)
    (1, 1, 1, 2)
    """
    return max(math.floor((1 - TPR) * (count + 1) + ROUNDING), 1)


def at_threshold(fitted: Fit, scores: Floats, disagrees: NDArray[np.bool_]) -> tuple[float, float]:
    """Return the TPR and the TNR of the fitted threshold on other data; NaN if it or the class is missing."""
    if math.isnan(fitted.threshold):
        return math.nan, math.nan
    flagged = fitted.sign * scores >= fitted.threshold
    positives, hits = int(disagrees.sum()), int((flagged & disagrees).sum())
    negatives, alarms = len(scores) - positives, int(flagged.sum()) - hits
    tpr = hits / positives if positives else math.nan
    return tpr, 1 - alarms / negatives if negatives else math.nan
