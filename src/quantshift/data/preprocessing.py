"""How stored inputs become what a model takes."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantshift.core.signature import Input

# Images are stored as bytes and fed as numbers from 0 to 1.
IMAGE_SCALE = 1 / 255


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


def input_of(name: str, stored: NDArray[Any]) -> Input:
    """Return the input of a trained model that takes inputs like the stored ones [n, ...].

    Images, uint8 [n, channels, height, width], become float32 from 0 to 1. Texts, int32 [n, words], stay as they are.

    Raises:
        TypeError: the inputs are of another type.
    """
    shape: list[int | None] = [*stored.shape[1:]]
    if stored.dtype == np.int32:
        return Input(name=name, stored="int32", dtype="int32", shape=shape, preprocessing=None)
    if stored.dtype != np.uint8:
        raise TypeError(f"images are stored as uint8 and texts as int32, these are {stored.dtype}")
    return Input(name=name, stored="uint8", dtype="float32", shape=shape, preprocessing={"scale": IMAGE_SCALE})
