"""Which samples have only finite numbers."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def finite_rows(values: NDArray[Any]) -> NDArray[np.bool_]:
    """Return for each row whether all of its numbers are finite, [n].

    Args:
        values: [n, ...].

    >>> finite_rows(np.array([[1, 2], [np.nan, 0], [0, np.inf]])).tolist()
    [True, False, False]
    """
    return np.asarray(np.isfinite(values).reshape(len(values), -1).all(axis=1))
