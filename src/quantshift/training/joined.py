"""Training inputs with others behind them, none of which is copied before a batch asks for it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


class Joined:
    """The inputs of a training set, and behind them some inputs of another array.

    Args:
        own: [n, ...], the training set's inputs.
        other: [m, ...], inputs of the same shape and type.
        places: int64 [k], which of `other` join.
    """

    def __init__(self, own: NDArray[Any], other: NDArray[Any], places: NDArray[np.int64]) -> None:
        """Keep the arrays, which may be mapped into memory."""
        self.own = own
        self.other = other
        self.places = places

    def __getitem__(self, index: NDArray[np.int64], /) -> NDArray[Any]:
        """Return the inputs at `index` (int64 [b]), [b, ...].

        >>> Joined(np.array([10, 11]), np.array([20, 21, 22]), np.array([2, 0]))[np.array([3, 0, 2])].tolist()
        [20, 10, 22]
        """
        first = index < len(self.own)
        taken = np.empty((len(index), *self.own.shape[1:]), dtype=self.own.dtype)
        taken[first] = self.own[index[first]]
        taken[~first] = self.other[self.places[index[~first] - len(self.own)]]
        return taken
