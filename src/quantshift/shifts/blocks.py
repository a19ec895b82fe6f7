"""Pixelation: fewer and larger pixels."""

import numpy as np
from numpy.typing import NDArray


def pixelate(images: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """Return the images [n, h, h, c] scaled to `side` x `side` pixels and back, like Pillow's box filter.

    A pixel of the smaller image is the mean of the pixels whose centres are in it: one or two along each axis, since
    `side` is more than half of h. Means are computed along the rows, then along the columns, and rounded half up each
    time. When scaling back, each pixel gets the value of the small pixel that contains its centre.
    """
    n, height, width, channels = images.shape
    first, last = sources(height, side)
    column = np.arange(channels)
    rows = images.reshape(n, height, width * channels)
    across = mean(*(rows.take((ends[:, None] * channels + column).ravel(), axis=2) for ends in (first, last)))
    down = mean(*(across.take(ends, axis=1) for ends in (first, last)))
    return down.reshape(images.shape)


def mean(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the mean of two arrays of bytes, rounded half up."""
    return (first | second) - ((first ^ second) >> 1)


def sources(whole: int, side: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the first and last pixel, each [whole], averaged in the small pixel at each position of an axis."""
    scale = whole / side
    small = np.minimum(((np.arange(whole) + 0.5) / scale).astype(np.intp), side - 1)
    middle = (small + 0.5) * scale
    first = np.floor(middle - scale / 2 + 0.5).astype(np.intp)
    last = np.floor(middle + scale / 2 + 0.5).astype(np.intp) - 1
    return first.clip(0, whole - 1), last.clip(0, whole - 1)
