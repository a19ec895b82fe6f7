"""Transform images in batches, so that memory does not grow with their number."""

from collections.abc import Callable

import numpy as np
from numpy.typing import DTypeLike, NDArray

# Small enough for the caches, large enough for numpy. The results do not depend on it if a shift draws all random
# numbers of one image before those of the next.
BATCH = 500
# For colour images, which need more memory.
SMALL = 32
# Bytes of a batch of images, of which a shift has several copies as floating-point values.
MAX_BYTES = 4 << 20


def transform(
    images: NDArray[np.uint8],
    change: Callable[[NDArray[np.floating]], NDArray[np.floating]],
    dtype: DTypeLike = np.float32,
) -> NDArray[np.uint8]:
    """Apply `change` to each batch of `images` and return the results as bytes.

    Args:
        images: [n, ...], uint8.
        change: a function of values [m, ...] in 0..1 that returns the same shape; it may modify its argument.
        dtype: the floating-point type of the values.

    Returns:
        uint8 in the shape of `images`: clipped to 0..1, times 255, rounded half up.
    """
    changed = np.empty_like(images)
    for start in range(0, len(images), BATCH):
        batch = slice(start, start + BATCH)
        values = change(images[batch].astype(dtype) / np.asarray(255, dtype))
        changed[batch] = np.clip(values, 0, 1) * 255 + 0.5
    return changed


def transform_bytes(
    images: NDArray[np.uint8],
    change: Callable[[NDArray[np.uint8]], NDArray[np.uint8] | NDArray[np.floating]],
    size: int = SMALL,
) -> NDArray[np.uint8]:
    """Apply `change` to each batch of unscaled `images` and return the results as bytes.

    Args:
        images: [n, ...], uint8.
        change: a function of uint8 values [m, ...] in C order that returns the same shape: uint8, or floating-point
            values on the scale 0..255.
        size: maximum number of images in a batch; large images have smaller batches.

    Returns:
        uint8 in the shape of `images`: floating-point values are clipped to 0..255 and rounded half up.
    """
    changed = np.empty_like(images)
    size = min(size, max(1, MAX_BYTES // max(1, images[:1].nbytes)))
    for start in range(0, len(images), size):
        batch = slice(start, start + size)
        values = change(np.ascontiguousarray(images[batch]))
        if values.dtype != np.uint8:
            values = np.clip(values, 0, 255, out=values)
            values += values.dtype.type(0.5)
        changed[batch] = values
    return changed
