"""Fog: a plasma fractal is added, and the sum is scaled back to the maximum of the image.

Source: Hendrycks and Dietterich, arXiv 1903.12261, with the parameters of CIFAR-10-C. The side of the
fractal is the next power of two: 32 for images of 32 x 32 pixels.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantshift.shifts import plasma
from quantshift.shifts.batches import transform_bytes
from quantshift.shifts.severity import level

# Brightness of the densest fog on values in 0..1, decay of the fractal's noise.
LEVELS = ((0.2, 3.0), (0.5, 3.0), (0.75, 2.5), (1.0, 2.0), (1.5, 1.75))


def apply(
    images: NDArray[np.uint8], severity: int, generator: np.random.Generator, levels: tuple[Any, ...] = LEVELS
) -> NDArray[np.uint8]:
    """Return the images in fog.

    Args:
        images: [n, side, side, 3], uint8, RGB.
        severity: 1 to 5.
        generator: draws the fog.
        levels: parameters of each severity.

    Returns:
        [n, side, side, 3], uint8.

    Raises:
        ValueError: there is no such severity.
    """
    amount, decay = level(levels, severity)
    side = images.shape[1]
    whole = 1 << (side - 1).bit_length()

    def change(batch: NDArray[np.uint8]) -> NDArray[np.float32]:
        n = len(batch)
        fog = plasma.torus(n, whole, decay, generator)[:, :side, :side]
        brightest = batch.reshape(n, -1).max(axis=1).astype(np.float32)[:, None, None]
        share = brightest / (brightest + 255 * np.float32(amount))
        fog = fog * (255 * np.float32(amount)) * share
        rows: NDArray[np.float32] = batch.reshape(n, side, -1) * share
        rows += fog.repeat(3, axis=2)
        return rows.reshape(batch.shape)

    return transform_bytes(images, change, size=128)
