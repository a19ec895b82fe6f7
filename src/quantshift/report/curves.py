"""Curves and histograms of scores, thinned to what a chart can show."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

POINTS = 48
BINS = 24
LEAST_MARGIN = 0.0001
# A share of 200,000 inputs keeps its digits.
DECIMALS = 7


@dataclass(frozen=True)
class Curve:
    """What a threshold on a score catches, from the highest threshold (nothing is flagged) to the lowest (everything).

    Attributes:
        thresholds: [points], inputs that score at least this are flagged; the first is infinite.
        caught: [points], the share of the positives that is flagged, 0..1.
        alarms: [points], the share of the negatives that is flagged, 0..1.
        flagged: [points], the share of all inputs that is flagged, 0..1.
    """

    thresholds: Floats
    caught: Floats
    alarms: Floats
    flagged: Floats


def curve(scores: NDArray[np.floating], positive: NDArray[np.bool_], points: int = POINTS) -> Curve | None:
    """Return the curve of a score, at most about `points` of its thresholds; None without a positive or a negative.

    Args:
        scores: [n], finite; higher for more doubt.
        positive: [n].
        points: how many thresholds are kept, evenly along the curve, the first and the last among them.

    >>> found = curve(np.array([0.9, 0.8, 0.7, 0.6]), np.array([True, False, True, False]))
    >>> found.caught.tolist(), found.alarms.tolist(), found.flagged.tolist()
    ([0.0, 0.5, 0.5, 1.0, 1.0], [0.0, 0.0, 0.5, 0.5, 1.0], [0.0, 0.25, 0.5, 0.75, 1.0])
    """
    positives = int(positive.sum())
    negatives = len(positive) - positives
    if not positives or not negatives:
        return None
    # Two sorts of values take a quarter of the time of one that carries the labels along.
    ranked = np.sort(scores)[::-1]
    # Equal scores are flagged together: the last of each value counts.
    ends = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True))
    hits = positives - np.sort(scores[positive]).searchsorted(ranked[ends], side="left")
    false = ends + 1 - hits
    caught = np.append(0.0, hits / positives)
    alarms = np.append(0.0, false / negatives)
    flagged = np.append(0.0, (ends + 1) / len(positive))
    thresholds = np.append(np.inf, ranked[ends])
    kept = thinned(caught + alarms, points)
    return Curve(thresholds[kept], *(values[kept].round(DECIMALS) for values in (caught, alarms, flagged)))


def thinned(path: Floats, points: int) -> NDArray[np.int64]:
    """Return the places of about `points` values of an ascending path, evenly spread over it, with both ends.

    >>> thinned(np.array([0.0, 0.1, 0.2, 0.5, 1.0]), 3).tolist()
    [0, 3, 4]
    """
    wanted = np.linspace(path[0], path[-1], points)
    found = np.unique(path.searchsorted(wanted, side="left"))
    return np.unique(np.concatenate([[0], found, [len(path) - 1]])).astype(np.int64)


def turned(caught: Floats, alarms: Floats, sign: float) -> tuple[Floats, Floats]:
    """Return the curve of the score with a sign: of a score turned round, what was flagged last is flagged first.

    >>> [values.tolist() for values in turned(np.array([0.0, 0.2, 1.0]), np.array([0.0, 0.7, 1.0]), -1.0)]
    [[0.0, 0.8, 1.0], [0.0, 0.30000000000000004, 1.0]]
    """
    return (caught, alarms) if sign >= 0 else (1 - caught[::-1], 1 - alarms[::-1])


def precision(caught: Floats, alarms: Floats, prevalence: float) -> Floats:
    """Return the share of true positives among what is flagged [points]; where nothing is flagged, the next one's.

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
    """Return the counts of margins 0..1 in bins that are equally wide on a logarithmic axis, the least first.

    The first bin has all that are smaller, too.

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
