"""Windows: the inputs to which a shift is applied if their number is limited.

Each shift has its own window: if all shifts used the same inputs, an unusual input would count once for each shift. A
window is a random sample, since the order of published data is not random: the first half of MNIST's test set is easier
than the second. It depends only on names, so a new shift in a config changes no other window. All severities of a shift
share its window, so that they differ only in severity.
"""

import numpy as np
from numpy.typing import NDArray

from quantshift.seeds import generator


def window(
    dataset: str, collection: str, shift: str, sources: NDArray[np.int64], limit: int | None
) -> NDArray[np.int64]:
    """Return the sorted indices of the inputs to which a shift is applied.

    Sources are drawn at random, each with all of its inputs, except that the last source may contribute only its first
    inputs. A larger window of a shift contains the smaller ones.

    Args:
        dataset: name of the data set.
        collection: folder of the shift in `shifts`; suites with the same shift from one folder share its window.
        shift: name of the shift.
        sources: [n], the source of each input.
        limit: maximum number of inputs, or None for all.

    Returns:
        [min(n, limit)], distinct indices from 0 to n - 1.
    """
    if limit is None or limit >= len(sources):
        return np.arange(len(sources))
    distinct, groups = np.unique(sources, return_inverse=True)
    places = generator("window", dataset, collection, shift).permutation(len(distinct))
    return np.sort(np.argsort(places[groups], kind="stable")[:limit])


def originals(clean: NDArray[np.int64], sources: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the index of the clean input from which each input was made, or -1 if there is none.

    The k-th copy of a source was made from the k-th clean input of that source, since a window keeps their order.

    Args:
        clean: [n], sources of the clean test set.
        sources: [m], sources of another test set.

    Returns:
        [m], indices from 0 to n - 1, or -1.

    >>> originals(np.array([7, 3, 7, 9]), np.array([3, 7, 7, 7, -1]))
    array([ 1,  0,  2, -1, -1])
    """
    order = np.argsort(clean, kind="stable")
    ordered = clean[order]
    place = np.searchsorted(ordered, sources) + _ranks(sources)
    exists = place < np.searchsorted(ordered, sources, side="right")
    indices = np.full(len(sources), -1)
    indices[exists] = order[place[exists]]
    return indices


def _ranks(sources: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the number of earlier inputs with the same source, for each input."""
    order = np.argsort(sources, kind="stable")
    ordered = sources[order]
    ranks = np.empty(len(sources), dtype=np.int64)
    ranks[order] = np.arange(len(sources)) - np.searchsorted(ordered, ordered)
    return ranks
