"""Several inputs per sample, such as the numbers of words and a mask, by the names of the model's inputs."""

from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from quantshift.storage.arrays import Rows, select


class Named:
    """Arrays [n, ...] of the same n samples; an index selects the same rows of each.

    Args:
        arrays: by the name of the input, each an array or lazy rows; one or more.

    Raises:
        ValueError: the arrays have different numbers of rows, or there are none.

    >>> import numpy as np
    >>> pair = Named({"words": np.array([[1, 2], [3, 4], [5, 6]]), "mask": np.array([[1, 1], [1, 0], [0, 0]])})
    >>> len(pair), pair[np.array([2, 0])].arrays["mask"].tolist()
    (3, [[0, 0], [1, 1]])
    """

    def __init__(self, arrays: Mapping[str, NDArray[Any] | Rows]) -> None:
        """Keep the arrays."""
        if len({len(array) for array in arrays.values()}) != 1:
            counts = ", ".join(f"{name} {len(array)}" for name, array in arrays.items())
            raise ValueError(f"inputs of different numbers of samples: {counts or 'none'}")
        self.arrays = dict(arrays)

    def __len__(self) -> int:
        """Return the number of samples."""
        return len(next(iter(self.arrays.values())))

    def __getitem__(self, index: Any) -> "Named":
        """Return some of the samples (a slice, or an array of numbers); lazy rows stay lazy."""
        return Named({name: select(array, index) for name, array in self.arrays.items()})
