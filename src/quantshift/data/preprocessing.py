"""Preprocessing of stored inputs for a model."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantshift.core.signature import Input


def prepare(stored: NDArray[Any], spec: Input, out: NDArray[Any] | None = None) -> NDArray[Any]:
    """Return stored inputs [n, ...] as model inputs.

    Args:
        stored: stored values, of the type `spec["stored"]`.
        spec: the model's input.
        out: array for the result, of its shape and type, so that a loop over batches allocates nothing.

    Raises:
        TypeError: the inputs have another type.
    """
    if stored.dtype != np.dtype(spec["stored"]):
        raise TypeError(f"{spec['name']} is stored as {spec['stored']}, but these inputs are {stored.dtype}")
    preprocessing = spec["preprocessing"]
    if preprocessing is None:
        if out is None:
            return stored
        np.copyto(out, stored, casting="no")
        return out
    kind = np.dtype(spec["dtype"])
    prepared: NDArray[Any] = np.multiply(stored, kind.type(preprocessing["scale"]), out=out, dtype=kind)
    return prepared
