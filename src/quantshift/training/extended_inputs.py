"""Training inputs extended by further inputs, which are copied only when a batch needs them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


class ExtendedInputs:
    """The inputs of a training set, followed by selected inputs of another array.

    Args:
        base: [n, ...], the training set's inputs.
        other: [m, ...], inputs of the same shape and type.
        selected: int64 [k], indices of the inputs of `other` that are appended.
    """

    def __init__(self, base: NDArray[Any], other: NDArray[Any], selected: NDArray[np.int64]) -> None:
        """Store the arrays, which may be mapped into memory."""
        self.base = base
        self.other = other
        self.selected = selected

    def __getitem__(self, index: NDArray[np.int64], /) -> NDArray[Any]:
        """Return the inputs at `index` (int64 [b]), [b, ...].

        >>> ExtendedInputs(np.array([10, 11]), np.array([20, 21, 22]), np.array([2, 0]))[np.array([3, 0, 2])].tolist()
        [20, 10, 22]
        """
        in_base = index < len(self.base)
        inputs = np.empty((len(index), *self.base.shape[1:]), dtype=self.base.dtype)
        inputs[in_base] = self.base[index[in_base]]
        inputs[~in_base] = self.other[self.selected[index[~in_base] - len(self.base)]]
        return inputs
