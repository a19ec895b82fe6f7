"""The protocol `natural`: fitted on clean validation data, tested on other data at the prevalence that they have.

A detector of one feature has a direction and a threshold, and nothing else to fit.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quantshift.analysis.ranking import TPR, Floats, direct

# With fewer disagreements an AUROC says little: no direction is turned and no interval is given.
MINIMUM = 10


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


def fit(scores: Floats, disagrees: NDArray[np.bool_]) -> Fit:
    """Return the direction and the threshold that flags 95 % of the validation disagreements.

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
    highest = np.sort(sign * scores[disagrees])[::-1]
    needed = math.ceil(TPR * count - 1e-9)
    return Fit(sign, float(highest[needed - 1]), count)


def at_threshold(fitted: Fit, scores: Floats, disagrees: NDArray[np.bool_]) -> tuple[float, float]:
    """Return the TPR and the TNR of the fitted threshold on other data; NaN where it or the class is lacking."""
    if math.isnan(fitted.threshold):
        return math.nan, math.nan
    flagged = fitted.sign * scores >= fitted.threshold
    positives, hits = int(disagrees.sum()), int((flagged & disagrees).sum())
    negatives, alarms = len(scores) - positives, int(flagged.sum()) - hits
    tpr = hits / positives if positives else math.nan
    return tpr, 1 - alarms / negatives if negatives else math.nan
