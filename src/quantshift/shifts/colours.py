"""Colour changes of image stacks. Images are [n, h, w, 3], uint8, RGB; results are float32 on the scale 0..255."""

import numpy as np
from numpy.typing import NDArray


def brighten(images: NDArray[np.uint8], amount: float) -> NDArray[np.float32]:
    """Return the images with `amount` (0..1) added to the HSV value, the largest channel; hue and saturation stay."""
    value = hsv_value(images)
    # Scaling all channels by the same factor preserves hue and saturation; black becomes grey.
    old = np.arange(256, dtype=np.float32)
    new = np.minimum(old + np.float32(255 * amount), 255)
    growth = (new / np.maximum(old, 1)).take(value)
    bright = np.empty(images.shape, np.float32)
    for channel in range(3):
        np.multiply(images[..., channel], growth, out=bright[..., channel])
    bright[value == 0] = new[0]
    return bright


def saturate(images: NDArray[np.uint8], factor: float, offset: float) -> NDArray[np.float32]:
    """Return the images with saturation (1 - smallest / largest channel) times `factor` plus `offset`, clipped to 0..1.

    Grey has the hue of red, so a positive offset gives it a red tinge.
    """
    value = hsv_value(images)
    lowest = np.minimum(np.minimum(images[..., 0], images[..., 1]), images[..., 2])
    largest = value.astype(np.float32)
    spread = largest - lowest
    grey = value == lowest
    # Factor on each channel's distance from the largest channel. Black stays black.
    fully_saturated = largest / np.maximum(spread, 1)
    growth = np.minimum(factor + offset * fully_saturated, fully_saturated).astype(np.float32)
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
    """Return the images with each channel's distance from its mean over the image multiplied by `factor`."""
    n, height, width, _ = images.shape
    rows = images.reshape(n, height, width * 3)
    mean = rows.sum(axis=1, dtype=np.uint32).reshape(n, width, 3).sum(axis=1) / np.float32(height * width)
    flat = rows * np.float32(factor)
    flat += np.tile(mean * (1 - factor), (1, width)).astype(np.float32)[:, None]
    return flat.reshape(images.shape)


def hsv_value(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the HSV value of each pixel, its largest channel, [n, h, w]."""
    value: NDArray[np.uint8] = np.maximum(np.maximum(images[..., 0], images[..., 1]), images[..., 2])
    return value
