"""Ids for the sources of inputs that are not in the clean test set."""

import numpy as np
from numpy.typing import NDArray

from quantshift.seeds import derive_seed


def foreign_sources(collection: str, shift: str, count: int) -> NDArray[np.int64]:
    """Return ids for the sources of a natural shift, int64 [count]: negative, and not used by other shifts.

    >>> bool((foreign_sources("digits", "digits", 3) < 0).all())
    True
    """
    # Each shift has 2**20 ids; two shifts collide with a probability of about 1 in 2**42.
    first = (derive_seed("sources", collection, shift) >> 21) << 20
    return -1 - (first + np.arange(count, dtype=np.int64))
