"""How stored inputs become what a model takes."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantshift.core.signature import Input


def prepare(stored: NDArray[Any], taken: Input, out: NDArray[Any] | None = None) -> NDArray[Any]:
    """Return stored inputs [n, ...] as the model takes them.

    Args:
        stored: of the type that `taken` says.
        taken: the model's input.
        out: an array of the result's shape and type to write to, so that a loop over batches allocates nothing.

    Raises:
        TypeError: the inputs are of another type.
    """
    if stored.dtype != np.dtype(taken["stored"]):
        raise TypeError(f"{taken['name']} is stored as {taken['stored']}, these inputs are {stored.dtype}")
    preprocessing = taken["preprocessing"]
    if preprocessing is None:
        if out is None:
            return stored
        np.copyto(out, stored, casting="no")
        return out
    kind = np.dtype(taken["dtype"])
    prepared: NDArray[Any] = np.multiply(stored, kind.type(preprocessing["scale"]), out=out, dtype=kind)
    return prepared
