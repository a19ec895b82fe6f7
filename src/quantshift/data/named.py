"""Several inputs per sample, such as token ids and a mask, by the names of the model's inputs."""

from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from quantshift.storage.arrays import Rows, select


class Named:
    """Arrays [n, ...] of the same n samples; an index selects the same rows of each array.

    Args:
        arrays: at least one array or lazy rows, by input name.

    Raises:
        ValueError: the arrays have different numbers of rows, or there is no array.

    >>> import numpy as np
    >>> pair = Named({"words": np.array([[1, 2], [3, 4], [5, 6]]), "mask": np.array([[1, 1], [1, 0], [0, 0]])})
    >>> len(pair), pair[np.array([2, 0])].arrays["mask"].tolist()
    (3, [[0, 0], [1, 1]])
    """

    def __init__(self, arrays: Mapping[str, NDArray[Any] | Rows]) -> None:
        """Check and store the arrays."""
        if not arrays:
            raise ValueError("no inputs")
        if fault := unequal_counts(arrays):
            raise ValueError(fault)
        self.arrays = dict(arrays)

    def __len__(self) -> int:
        """Return the number of samples."""
        return len(next(iter(self.arrays.values())))

    def __getitem__(self, index: Any) -> "Named":
        """Return the samples at `index` (a slice or an array of integers); lazy rows stay lazy."""
        return Named({name: select(array, index) for name, array in self.arrays.items()})


def unequal_counts(arrays: Mapping[str, NDArray[Any] | Rows]) -> str | None:
    """Return a description of inputs with different numbers of samples, or None if the numbers are equal.

    >>> unequal_counts({"words": [1, 2], "mask": [1]})
    'inputs with different numbers of samples: words 2, mask 1'
    """
    if len({len(array) for array in arrays.values()}) <= 1:
        return None
    counts = ", ".join(f"{name} {len(array)}" for name, array in arrays.items())
    return f"inputs with different numbers of samples: {counts}"
