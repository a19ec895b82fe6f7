"""Cluster bootstrap: how often each cluster is drawn (Field & Welsh 2007)."""

import numpy as np
from numpy.typing import NDArray

# Draws in memory at a time, 8 bytes each.
BLOCK = 4_000_000


def cluster_weights(strata: NDArray[np.integer], resamples: int, random: np.random.Generator) -> NDArray[np.float32]:
    """Return how often each cluster is drawn, [clusters, resamples]: with replacement, within its stratum.

    Each resample draws as many clusters from a stratum as the stratum contains.

    Args:
        strata: [clusters], the stratum of each cluster.
        resamples: number of resamples.
        random: random number generator.

    >>> weights = cluster_weights(np.array([0, 0, 1]), 4, np.random.default_rng(0))
    >>> weights[:2].sum(axis=0).tolist(), weights[2].tolist()
    ([2.0, 2.0, 2.0, 2.0], [1.0, 1.0, 1.0, 1.0])
    """
    weights = np.empty((len(strata), resamples), dtype=np.float32)
    for stratum in np.unique(strata):
        members = np.flatnonzero(strata == stratum)
        size = len(members)
        rows = max(1, BLOCK // size)
        for start in range(0, resamples, rows):
            count = min(rows, resamples - start)
            drawn = random.integers(0, size, (count, size))
            drawn += size * np.arange(count)[:, None]
            times = np.bincount(drawn.ravel(), minlength=count * size).reshape(count, size)
            weights[members, start : start + count] = times.T
    return weights
