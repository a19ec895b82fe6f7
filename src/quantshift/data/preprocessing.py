"""How stored inputs become what a model takes."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def normalise(inputs: NDArray[Any], out: NDArray[Any] | None = None) -> NDArray[Any]:
    """Return images of bytes [n, channels, height, width] as float32 in 0..1, and texts, int32 [n, words], as they are.

    Args:
        inputs: uint8 images, or the int32 numbers of words.
        out: an array of the result's shape to write images into, so that a loop over batches allocates nothing.

    Raises:
        TypeError: the inputs are of another type.
    """
    if inputs.dtype == np.int32 and out is None:
        return inputs
    if inputs.dtype != np.uint8:
        raise TypeError(f"images are stored as uint8 and texts as int32, these are {inputs.dtype}")
    normalised: NDArray[Any] = np.multiply(inputs, np.float32(1 / 255), out=out, dtype=np.float32)
    return normalised
