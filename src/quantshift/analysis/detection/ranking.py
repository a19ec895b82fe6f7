"""How well scores rank disagreements above agreements: AUROC, average precision and the TNR at 95 % TPR.

A disagreement is a positive, and an input is flagged at a threshold when its score is the threshold or above. All three
figures depend on the order of the scores alone, and on thresholds at the positives' scores alone: the negatives count
only by how many lie between two such scores. So a bootstrap needs no sorting: see `Ranking`.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

TPR = 0.95
# A share of whole numbers that should be 95 % may miss it in its last bits.
TOLERANCE = 1e-9
# Weights held at a time, 8 bytes each.
BLOCK = 4_000_000

# Thresholds that are looked at together, few enough to stay in the processor's cache.
ROWS = 128

Floats = NDArray[np.float64]
Weights = NDArray[np.float32]


class Quality(NamedTuple):
    """Figures of a ranking, arrays of one shape; NaN where there is no positive or no negative.

    Attributes:
        auroc: the probability that a positive scores higher than a negative; equal scores count half.
        aupr: average precision, the sum over thresholds of precision times the step of recall.
        tnr: the share of negatives below the highest threshold that flags 95 % of the positives.
    """

    auroc: Floats
    aupr: Floats
    tnr: Floats


def quality(hits: Weights, alarms: Weights, tied: Weights | None, negatives: Floats) -> Quality:
    """Return the figures [draws] from weights by threshold, whole numbers whose sums are below 2**24.

    Args:
        hits: [thresholds, draws], the positives with exactly the threshold's score, highest threshold first.
        alarms: [thresholds, draws], the negatives that this threshold flags and the one before does not.
        tied: [thresholds, draws], those of them with exactly the threshold's score; None where there is none.
        negatives: [draws], all negatives.
    """
    found, false = _running_sums(hits), _running_sums(alarms)
    positives = found[-1].astype(np.float64)
    needed = ((TPR - TOLERANCE) * positives).astype(np.float32)
    below, precision, missed = np.zeros((3, len(positives)))
    for start in range(0, len(hits), ROWS):
        rows = slice(start, start + ROWS)
        hit, caught, flagged = (values[rows].astype(np.float64) for values in (hits, found, false))
        below += (hit * flagged).sum(axis=0)
        if tied is not None:
            below -= (hit * tied[rows]).sum(axis=0) / 2
        caught *= hit
        flagged += found[rows]
        # Nothing is flagged only where nothing is caught.
        np.maximum(flagged, 1.0, out=flagged)
        caught /= flagged
        precision += caught.sum(axis=0)
        missed += (found[rows] < needed).sum(axis=0)
    enough = np.minimum(missed, len(hits) - 1).astype(np.int64)
    with np.errstate(invalid="ignore", divide="ignore"):
        auroc = 1 - below / (positives * negatives)
        aupr = precision / positives
        tnr = 1 - np.take_along_axis(false, enough[None], axis=0)[0] / negatives
    known = (positives > 0) & (negatives > 0)
    return Quality(*(np.where(known, values, np.nan) for values in (auroc, aupr, tnr)))


def _running_sums(weights: Weights) -> Weights:
    """Return the sums down to each row, several times faster than numpy's own along this axis.

    The rows are folded into groups, whose sums are taken side by side, and then from group to group.
    """
    count, width = weights.shape
    size = math.isqrt(count - 1) + 1
    groups = -(-count // size)
    sums = np.zeros((groups * size, width), dtype=np.float32)
    sums[:count] = weights
    grid = sums.reshape(groups, size, width)
    for row in range(1, size):
        grid[:, row] += grid[:, row - 1]
    for group in range(1, groups):
        grid[group] += grid[group - 1, -1]
    return sums[:count]


def direct(scores: Floats, positive: NDArray[np.bool_]) -> Quality:
    """Return the figures [samples] of the samples `scores` [samples, n], with `positive` [samples, n] or [n].

    >>> found = direct(np.array([[0.9, 0.8, 0.7, 0.6]]), np.array([True, False, True, False]))
    >>> found.auroc.tolist(), found.aupr.round(4).tolist(), found.tnr.tolist()
    ([0.75], [0.8333], [0.5])
    """
    order = np.argsort(-scores, axis=1)
    ranked = np.take_along_axis(scores, order, axis=1)
    hits = np.take_along_axis(np.broadcast_to(positive, scores.shape), order, axis=1).astype(np.float64)
    found, false = hits.cumsum(axis=1), (1 - hits).cumsum(axis=1)
    places = np.arange(scores.shape[1])
    new = np.ones(scores.shape, dtype=np.bool_)
    new[:, 1:] = ranked[:, 1:] != ranked[:, :-1]
    last = np.ones_like(new)
    last[:, :-1] = new[:, 1:]
    # Equal scores are flagged together: what is flagged up to the last of them, and what was before the first.
    starts = np.maximum.accumulate(np.where(new, places, 0), axis=1)
    ends = np.minimum.accumulate(np.where(last, places, len(places))[:, ::-1], axis=1)[:, ::-1]
    before = np.take_along_axis(false - (1 - hits), starts, axis=1)
    found, false = np.take_along_axis(found, ends, axis=1), np.take_along_axis(false, ends, axis=1)
    positives, negatives = found[:, -1], false[:, -1]
    with np.errstate(invalid="ignore", divide="ignore"):
        auroc = (hits * (negatives[:, None] - (false + before) / 2)).sum(axis=1) / (positives * negatives)
        aupr = (hits * found / (found + false)).sum(axis=1) / positives
        enough = (found >= (TPR - TOLERANCE) * positives[:, None]).argmax(axis=1)
        tnr = 1 - np.take_along_axis(false, enough[:, None], axis=1)[:, 0] / negatives
    known = (positives > 0) & (negatives > 0)
    return Quality(*(np.where(known, values, np.nan) for values in (auroc, aupr, tnr)))


@dataclass(frozen=True)
class Ranking:
    """Positives and negatives by threshold and cluster, from which the figures of any resample follow by addition.

    Attributes:
        hits: [thresholds, clusters], float32: the positives with exactly the threshold's score, lowest threshold first.
        alarms: [thresholds, clusters]: the negatives from this threshold to below the next higher one.
        tied: [thresholds, clusters]: those of them with exactly the threshold's score; None where there is none.
    """

    hits: csc_array
    alarms: csc_array
    tied: csc_array | None

    @classmethod
    def of(cls, scores: Floats, positive: NDArray[np.bool_], clusters: NDArray[np.integer], count: int) -> "Ranking":
        """Return the ranking of inputs [n], at least one of them positive, that belong to `count` clusters.

        Args:
            scores: [n], finite.
            positive: [n].
            clusters: [n], ascending, in 0..count - 1.
            count: number of clusters.
        """
        thresholds, steps = np.unique(scores[positive], return_inverse=True)
        shape = len(thresholds), count
        hits = _counts(steps, clusters[positive], shape)
        negatives, owners = scores[~positive], clusters[~positive]
        # No threshold flags a negative below the lowest positive.
        flagged = negatives >= thresholds[0]
        negatives, owners = negatives[flagged], owners[flagged]
        steps = thresholds.searchsorted(negatives, side="right") - 1
        equal = thresholds[steps] == negatives
        tied = _counts(steps[equal], owners[equal], shape) if equal.any() else None
        return cls(hits, _counts(steps, owners, shape), tied)

    def quality(self, weights: Weights, negatives: Floats) -> Quality:
        """Return the figures [draws] where each input counts as often as its cluster.

        Args:
            weights: [clusters, draws], whole numbers.
            negatives: [draws], the weight of all negatives.
        """
        draws = weights.shape[1]
        width = max(1, BLOCK // self.hits.shape[0])
        parts = []
        for start in range(0, draws, width):
            some = np.ascontiguousarray(weights[:, start : start + width])
            hits, alarms = ((part @ some)[::-1] for part in (self.hits, self.alarms))
            tied = None if self.tied is None else (self.tied @ some)[::-1]
            parts.append(quality(hits, alarms, tied, negatives[start : start + width]))
        return Quality(*(np.concatenate(values) for values in zip(*parts, strict=True)))


def _counts(rows: NDArray[np.integer], columns: NDArray[np.integer], shape: tuple[int, int]) -> csc_array:
    """Return the matrix of how often each (row, column) occurs; the columns are ascending."""
    starts = np.zeros(shape[1] + 1, dtype=np.int32)
    np.cumsum(np.bincount(columns, minlength=shape[1]), out=starts[1:])
    return csc_array((np.ones(len(rows), dtype=np.float32), rows.astype(np.int32), starts), shape=shape)
