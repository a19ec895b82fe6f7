"""Colours of many images at once. Images are [n, h, w, 3], uint8, RGB; results are float32 on the scale 0..255."""

import numpy as np
from numpy.typing import NDArray


def brighten(images: NDArray[np.uint8], amount: float) -> NDArray[np.float32]:
    """Return the images with `amount` (of 0..1) added to their value, the largest channel; hue and saturation stay."""
    value = highest(images)
    # Hue and saturation are kept if all channels grow alike; black becomes grey.
    old = np.arange(256, dtype=np.float32)
    new = np.minimum(old + np.float32(255 * amount), 255)
    growth = (new / np.maximum(old, 1)).take(value)
    bright = np.empty(images.shape, np.float32)
    for channel in range(3):
        np.multiply(images[..., channel], growth, out=bright[..., channel])
    bright[value == 0] = new[0]
    return bright


def saturate(images: NDArray[np.uint8], factor: float, offset: float) -> NDArray[np.float32]:
    """Return the images with their saturation (1 - smallest / largest channel) times `factor` plus `offset`, in 0..1.

    Grey has the hue of red, so an offset gives it a red tinge.
    """
    value = highest(images)
    lowest = np.minimum(np.minimum(images[..., 0], images[..., 1]), images[..., 2])
    largest = value.astype(np.float32)
    spread = largest - lowest
    grey = value == lowest
    # How much further each channel lies below the largest one. Black stays black.
    one = largest / np.maximum(spread, 1)
    growth = np.minimum(factor + offset * one, one).astype(np.float32)
    saturated = np.empty(images.shape, np.float32)
    for channel in range(3):
        below = np.subtract(images[..., channel], largest)
        below *= growth
        np.add(below, largest, out=saturated[..., channel])
    if offset:
        for channel in (1, 2):
            saturated[..., channel][grey] = largest[grey] * np.float32(1 - min(offset, 1))
    return saturated


def flatten(images: NDArray[np.uint8], factor: float) -> NDArray[np.float32]:
    """Return the images with each channel's distance from its mean over the image times `factor`."""
    n, height, width, _ = images.shape
    rows = images.reshape(n, height, width * 3)
    mean = rows.sum(axis=1, dtype=np.uint32).reshape(n, width, 3).sum(axis=1) / np.float32(height * width)
    flat = rows * np.float32(factor)
    flat += np.tile(mean * (1 - factor), (1, width)).astype(np.float32)[:, None]
    return flat.reshape(images.shape)


def highest(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the value of each pixel, its largest channel, [n, h, w]."""
    value: NDArray[np.uint8] = np.maximum(np.maximum(images[..., 0], images[..., 1]), images[..., 2])
    return value
