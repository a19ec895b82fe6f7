"""Curves and histograms of scores, thinned to the resolution of a chart."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

POINTS = 48
BINS = 24
LEAST_MARGIN = 0.0001
# Enough digits for one input in 200,000.
DECIMALS = 7


@dataclass(frozen=True)
class Curve:
    """What each threshold on a score flags, from the highest threshold (nothing) to the lowest (everything).

    Attributes:
        thresholds: [points], inputs with at least this score are flagged; the first is infinite.
        caught: [points], the fraction of the positives that is flagged, 0..1.
        alarms: [points], the fraction of the negatives that is flagged, 0..1.
        flagged: [points], the fraction of all inputs that is flagged, 0..1.
    """

    thresholds: Floats
    caught: Floats
    alarms: Floats
    flagged: Floats


def curve(scores: NDArray[np.floating], positive: NDArray[np.bool_], points: int = POINTS) -> Curve | None:
    """Return the curve of a score with about `points` of its thresholds; None if there is no positive or no negative.

    Args:
        scores: [n], finite; a higher score means more doubt.
        positive: [n].
        points: number of thresholds, evenly spaced along the curve, including the first and the last.

    >>> roc = curve(np.array([0.9, 0.8, 0.7, 0.6]), np.array([True, False, True, False]))
    >>> roc.caught.tolist(), roc.alarms.tolist(), roc.flagged.tolist()
    ([0.0, 0.5, 0.5, 1.0, 1.0], [0.0, 0.0, 0.5, 0.5, 1.0], [0.0, 0.25, 0.5, 0.75, 1.0])
    """
    positives = int(positive.sum())
    negatives = len(positive) - positives
    if not positives or not negatives:
        return None
    # Sorting twice by value takes a quarter of the time of one argsort that reorders the labels.
    ranked = np.sort(scores)[::-1]
    # Equal scores are flagged together, so only the last of each value is a point.
    ends = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True))
    hits = positives - np.sort(scores[positive]).searchsorted(ranked[ends], side="left")
    false_alarms = ends + 1 - hits
    caught = np.append(0.0, hits / positives)
    alarms = np.append(0.0, false_alarms / negatives)
    flagged = np.append(0.0, (ends + 1) / len(positive))
    thresholds = np.append(np.inf, ranked[ends])
    chosen = thinned(caught + alarms, points)
    return Curve(thresholds[chosen], *(values[chosen].round(DECIMALS) for values in (caught, alarms, flagged)))


def thinned(path: Floats, points: int) -> NDArray[np.int64]:
    """Return the indices of about `points` values of an ascending path, evenly spaced, including both ends.

    >>> thinned(np.array([0.0, 0.1, 0.2, 0.5, 1.0]), 3).tolist()
    [0, 3, 4]
    """
    levels = np.linspace(path[0], path[-1], points)
    indices = np.unique(path.searchsorted(levels, side="left"))
    return np.unique(np.concatenate([[0], indices, [len(path) - 1]])).astype(np.int64)


def oriented(caught: Floats, alarms: Floats, sign: float) -> tuple[Floats, Floats]:
    """Return the curve of sign * score: a negative sign reverses the order in which inputs are flagged.

    >>> [values.tolist() for values in oriented(np.array([0.0, 0.2, 1.0]), np.array([0.0, 0.7, 1.0]), -1.0)]
    [[0.0, 0.8, 1.0], [0.0, 0.30000000000000004, 1.0]]
    """
    return (caught, alarms) if sign >= 0 else (1 - caught[::-1], 1 - alarms[::-1])


def precision(caught: Floats, alarms: Floats, prevalence: float) -> Floats:
    """Return the precision at each point [points]; a first point that flags nothing gets the precision of the next.

    >>> precision(np.array([0.0, 0.5, 1.0]), np.array([0.0, 0.0, 1.0]), 0.25).tolist()
    [1.0, 1.0, 0.25]
    """
    true = prevalence * caught
    flagged = true + (1 - prevalence) * alarms
    share = np.divide(true, flagged, out=np.full_like(true, np.nan), where=flagged > 0)
    if np.isnan(share[0]) and len(share) > 1:
        share[0] = share[1]
    return share


def histogram(margins: NDArray[np.floating]) -> NDArray[np.int64]:
    """Return the counts of margins 0..1 in bins of equal width on a logarithmic axis, in ascending order.

    The first bin also counts all smaller margins.

    >>> histogram(np.array([0.0, 0.00011, 0.5, 1.0])).nonzero()[0].tolist()
    [0, 22, 23]
    """
    counts, _ = np.histogram(np.maximum(margins, LEAST_MARGIN), bins=edges())
    return counts.astype(np.int64)


def edges() -> Floats:
    """Return the edges of the histogram's bins, 0.0001 to 1.

    >>> edges().round(4)[[0, 6, 12, 18, 24]].tolist()
    [0.0001, 0.001, 0.01, 0.1, 1.0]
    """
    return np.append(np.geomspace(LEAST_MARGIN, 1.0, BINS + 1)[:-1], 1.0)
