"""How well scores rank disagreements above agreements: AUROC, average precision and the TNR at 95 % TPR.

Disagreements are the positives; a threshold flags inputs with at least its score. All three figures depend only on the
order of the scores and only on thresholds at scores of positives: of the negatives, only the number between two such
thresholds matters. Therefore a bootstrap needs no sorting (see `Ranking`).
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

TPR = 0.95
# Tolerance for a ratio of integers that should be 95 %.
TOLERANCE = 1e-9
# Weights in memory at a time, 8 bytes each.
BLOCK = 4_000_000

# Thresholds processed together, few enough for the processor's cache.
ROWS = 128

Floats = NDArray[np.float64]
Weights = NDArray[np.float32]


class Quality(NamedTuple):
    """Figures of a ranking, as arrays of equal shape; NaN if there are no positives or no negatives.

    Attributes:
        auroc: the probability that a positive scores higher than a negative; equal scores count half.
        aupr: average precision, the sum over thresholds of precision times the step of recall.
        tnr: the fraction of negatives below the highest threshold that flags 95 % of the positives.
    """

    auroc: Floats
    aupr: Floats
    tnr: Floats


def quality(hits: Weights, alarms: Weights, tied: Weights | None, negatives: Floats) -> Quality:
    """Return the figures [draws] from weights by threshold, which are integers with sums below 2**24.

    Args:
        hits: [thresholds, draws], the weight of positives with exactly the threshold's score, highest threshold first.
        alarms: [thresholds, draws], the weight of negatives that this threshold flags and the previous one does not.
        tied: [thresholds, draws], the part of `alarms` with exactly the threshold's score; None if there is none.
        negatives: [draws], the weight of all negatives.
    """
    true, false = _running_sums(hits), _running_sums(alarms)
    positives = true[-1].astype(np.float64)
    needed = ((TPR - TOLERANCE) * positives).astype(np.float32)
    below, precision, missed = np.zeros((3, len(positives)))
    for start in range(0, len(hits), ROWS):
        rows = slice(start, start + ROWS)
        hit, caught, flagged = (values[rows].astype(np.float64) for values in (hits, true, false))
        below += (hit * flagged).sum(axis=0)
        if tied is not None:
            below -= (hit * tied[rows]).sum(axis=0) / 2
        caught *= hit
        flagged += true[rows]
        # Avoid division by 0: if nothing is flagged, nothing is caught.
        np.maximum(flagged, 1.0, out=flagged)
        caught /= flagged
        precision += caught.sum(axis=0)
        missed += (true[rows] < needed).sum(axis=0)
    enough = np.minimum(missed, len(hits) - 1).astype(np.int64)
    with np.errstate(invalid="ignore", divide="ignore"):
        auroc = 1 - below / (positives * negatives)
        aupr = precision / positives
        tnr = 1 - np.take_along_axis(false, enough[None], axis=0)[0] / negatives
    defined = (positives > 0) & (negatives > 0)
    return Quality(*(np.where(defined, values, np.nan) for values in (auroc, aupr, tnr)))


def _running_sums(weights: Weights) -> Weights:
    """Return the cumulative sums over rows, several times faster than numpy's `cumsum` along this axis.

    Sum the rows within groups for all groups at once, then add the totals of the previous groups.
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


def quality_by_sorting(scores: Floats, positive: NDArray[np.bool_]) -> Quality:
    """Return the figures [samples] of the samples `scores` [samples, n] with labels `positive` [samples, n] or [n].

    >>> figures = quality_by_sorting(np.array([[0.9, 0.8, 0.7, 0.6]]), np.array([True, False, True, False]))
    >>> figures.auroc.tolist(), figures.aupr.round(4).tolist(), figures.tnr.tolist()
    ([0.75], [0.8333], [0.5])
    """
    order = np.argsort(-scores, axis=1)
    ranked = np.take_along_axis(scores, order, axis=1)
    hits = np.take_along_axis(np.broadcast_to(positive, scores.shape), order, axis=1).astype(np.float64)
    true, false = hits.cumsum(axis=1), (1 - hits).cumsum(axis=1)
    indices = np.arange(scores.shape[1])
    new = np.ones(scores.shape, dtype=np.bool_)
    new[:, 1:] = ranked[:, 1:] != ranked[:, :-1]
    last = np.ones_like(new)
    last[:, :-1] = new[:, 1:]
    # Equal scores are flagged together: count up to the last of them, and before the first.
    starts = np.maximum.accumulate(np.where(new, indices, 0), axis=1)
    ends = np.minimum.accumulate(np.where(last, indices, len(indices))[:, ::-1], axis=1)[:, ::-1]
    before = np.take_along_axis(false - (1 - hits), starts, axis=1)
    true, false = np.take_along_axis(true, ends, axis=1), np.take_along_axis(false, ends, axis=1)
    positives, negatives = true[:, -1], false[:, -1]
    with np.errstate(invalid="ignore", divide="ignore"):
        auroc = (hits * (negatives[:, None] - (false + before) / 2)).sum(axis=1) / (positives * negatives)
        aupr = (hits * true / (true + false)).sum(axis=1) / positives
        enough = (true >= (TPR - TOLERANCE) * positives[:, None]).argmax(axis=1)
        tnr = 1 - np.take_along_axis(false, enough[:, None], axis=1)[:, 0] / negatives
    defined = (positives > 0) & (negatives > 0)
    return Quality(*(np.where(defined, values, np.nan) for values in (auroc, aupr, tnr)))


@dataclass(frozen=True)
class Ranking:
    """Positives and negatives by threshold and cluster, from which the figures of any resample follow by summation.

    Attributes:
        hits: [thresholds, clusters], float32: positives with exactly the threshold's score, lowest threshold first.
        alarms: [thresholds, clusters]: negatives from this threshold to below the next higher one.
        tied: [thresholds, clusters]: the part of `alarms` with exactly the threshold's score; None if there is none.
    """

    hits: csc_array
    alarms: csc_array
    tied: csc_array | None

    @classmethod
    def of(cls, scores: Floats, positive: NDArray[np.bool_], clusters: NDArray[np.integer], count: int) -> "Ranking":
        """Return the ranking of inputs [n] in `count` clusters; at least one input is positive.

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
        """Return the figures [draws] with each input weighted by its cluster.

        Args:
            weights: [clusters, draws], integers.
            negatives: [draws], the weight of all negatives.
        """
        draws = weights.shape[1]
        width = max(1, BLOCK // self.hits.shape[0])
        parts = []
        for start in range(0, draws, width):
            block = np.ascontiguousarray(weights[:, start : start + width])
            hits, alarms = ((part @ block)[::-1] for part in (self.hits, self.alarms))
            tied = None if self.tied is None else (self.tied @ block)[::-1]
            parts.append(quality(hits, alarms, tied, negatives[start : start + width]))
        return Quality(*(np.concatenate(values) for values in zip(*parts, strict=True)))


def _counts(rows: NDArray[np.integer], columns: NDArray[np.integer], shape: tuple[int, int]) -> csc_array:
    """Return the matrix of the number of times each (row, column) occurs; `columns` is ascending."""
    starts = np.zeros(shape[1] + 1, dtype=np.int32)
    np.cumsum(np.bincount(columns, minlength=shape[1]), out=starts[1:])
    return csc_array((np.ones(len(rows), dtype=np.float32), rows.astype(np.int32), starts), shape=shape)
