"""Apply corruptions of square colour images to images of any size, in grey or in colours."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Images = NDArray[np.uint8]
# A corruption of images [n, side, side, 3] at a severity.
Corruption = Callable[[Images, int, np.random.Generator], Images]

# From this side on, images get the parameters of ImageNet-C, which are for images of PUBLISHED pixels.
LARGE = 64
PUBLISHED = 224
# Weights of red, green and blue in grey.
GREY = np.array([0.299, 0.587, 0.114], np.float32)


def corrupt(
    images: Images, severity: int, generator: np.random.Generator, small: Corruption, large: Corruption
) -> Images:
    """Return corrupted images.

    An image that is not square is mirrored to a square, corrupted and cut out again. A grey image becomes three equal
    channels, and the grey of the result is returned.

    Args:
        images: [n, h, w] or [n, h, w, 3], uint8.
        severity: 1 to 5.
        generator: random generator of the corruption.
        small: the corruption of images whose longer side is below 64 pixels.
        large: the corruption of other images.

    Returns:
        uint8 in the shape of `images`.
    """
    height, width = images.shape[1:3]
    side = max(height, width)
    colours = images if images.ndim == 4 else images[..., None].repeat(3, axis=3)
    top, left = (side - height) // 2, (side - width) // 2
    if height != width:
        margins = ((0, 0), (top, side - height - top), (left, side - width - left), (0, 0))
        colours = np.pad(colours, margins, mode="symmetric")
    changed = (small if side < LARGE else large)(colours, severity, generator)
    changed = changed[:, top : top + height, left : left + width]
    if images.ndim == 4:
        return changed
    grey: Images = (changed.astype(np.float32) @ GREY + np.float32(0.5)).astype(np.uint8)
    return grey


def with_levels(
    change: Callable[[Images, int, np.random.Generator, tuple[Any, ...]], Images], levels: tuple[Any, ...]
) -> Corruption:
    """Return a corruption with other parameters."""
    return lambda images, severity, generator: change(images, severity, generator, levels)


def pixels(images: Images, length: float, least: float = 0.0) -> float:
    """Return a length that is published for images of 224 pixels, for images [n, side, side, 3].

    >>> pixels(np.empty((1, 448, 448, 3), np.uint8), 3), pixels(np.empty((1, 64, 64, 3), np.uint8), 3, least=1.0)
    (6.0, 1.0)
    """
    side: int = images.shape[1]
    return max(length * side / PUBLISHED, least)
