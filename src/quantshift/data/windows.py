"""Windows: the inputs that a shift is applied to where a limit leaves some out.

If all shifts had the same inputs, one odd input would count as often as there are shifts. So each shift has a window of
its own. It is a random sample, since the order of published data is not random: the first half of MNIST's test set is
easier than the second. It depends on names alone, so a new shift in a config changes no other one's window. All
severities of a shift share its window, so they differ in severity alone.
"""

import numpy as np
from numpy.typing import NDArray

from quantshift.seeds import generator


def window(
    dataset: str, collection: str, shift: str, sources: NDArray[np.int64], limit: int | None
) -> NDArray[np.int64]:
    """Return the indices of the inputs that a shift is applied to, sorted.

    Sources are drawn at random, each with all of its inputs; of the last one, the first inputs alone where not all fit.
    A shift's larger window holds its smaller one.

    Args:
        dataset: name of the data set.
        collection: folder of `shifts` that has the shift: suites that take the same shift from it share its window.
        shift: name of the shift.
        sources: [n], the source of each input.
        limit: the most inputs; None takes all.

    Returns:
        [min(n, limit)], distinct indices from 0 to n - 1.
    """
    if limit is None or limit >= len(sources):
        return np.arange(len(sources))
    distinct, groups = np.unique(sources, return_inverse=True)
    places = generator("window", dataset, collection, shift).permutation(len(distinct))
    return np.sort(np.argsort(places[groups], kind="stable")[:limit])


def originals(clean: NDArray[np.int64], sources: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the index of the clean input that each input was made from, -1 where it was made from none.

    The k-th copy of a source was made from the k-th clean input of that source, since a window keeps their order.

    Args:
        clean: [n], the sources of the clean test set.
        sources: [m], those of another test set.

    Returns:
        [m], indices from 0 to n - 1, or -1.

    >>> originals(np.array([7, 3, 7, 9]), np.array([3, 7, 7, 7, -1]))
    array([ 1,  0,  2, -1, -1])
    """
    order = np.argsort(clean, kind="stable")
    ordered = clean[order]
    place = np.searchsorted(ordered, sources) + _ranks(sources)
    known = place < np.searchsorted(ordered, sources, side="right")
    found = np.full(len(sources), -1)
    found[known] = order[place[known]]
    return found


def _ranks(sources: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how many inputs of the same source come before each input."""
    order = np.argsort(sources, kind="stable")
    ordered = sources[order]
    ranks = np.empty(len(sources), dtype=np.int64)
    ranks[order] = np.arange(len(sources)) - np.searchsorted(ordered, ordered)
    return ranks
