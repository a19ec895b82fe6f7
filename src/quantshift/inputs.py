"""How stored inputs become what a model takes."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def normalise(inputs: NDArray[Any], out: NDArray[np.float32] | None = None) -> NDArray[np.float32]:
    """Return images of bytes [n, channels, height, width] as float32 in 0..1.

    Args:
        inputs: uint8 images.
        out: an array of the result's shape to write into, so that a loop over batches allocates nothing.

    Raises:
        TypeError: the inputs are not bytes.
    """
    if inputs.dtype != np.uint8:
        raise TypeError(f"images are stored as uint8, these are {inputs.dtype}")
    normalised: NDArray[np.float32] = np.multiply(inputs, np.float32(1 / 255), out=out, dtype=np.float32)
    return normalised
