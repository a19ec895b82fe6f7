"""Spatter: drops of water at the milder levels, blots of mud at the last two.

Source: Hendrycks and Dietterich, arXiv 1903.12261, with the parameters of CIFAR-10-C.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantshift.shifts.batches import transform_bytes
from quantshift.shifts.liquid import splashes, water
from quantshift.shifts.severity import level

# Gaussian field: mean, standard deviation, sigma of its blur in pixels, threshold; then, for water, its strength, or,
# for mud, the sigma of the blots' blur in pixels; whether it is mud.
LEVELS = (
    (0.62, 0.1, 0.7, 0.7, 0.5, False),
    (0.65, 0.1, 0.8, 0.7, 0.5, False),
    (0.65, 0.3, 1.0, 0.69, 0.5, False),
    (0.65, 0.1, 0.7, 0.69, 0.6, True),
    (0.65, 0.1, 0.5, 0.68, 0.6, True),
)
WATER, MUD = (175, 238, 238), (63, 42, 20)  # RGB


def apply(
    images: NDArray[np.uint8], severity: int, generator: np.random.Generator, levels: tuple[Any, ...] = LEVELS
) -> NDArray[np.uint8]:
    """Return the spattered images.

    Args:
        images: [n, side, side, 3], uint8, RGB.
        severity: 1 to 5.
        generator: draws the splashes.
        levels: parameters of each severity.

    Returns:
        [n, side, side, 3], uint8.

    Raises:
        ValueError: there is no such severity.
    """
    mean, deviation, sigma, cut, last, mud = level(levels, severity)

    def change(batch: NDArray[np.uint8]) -> NDArray[np.floating]:
        values = batch.astype(np.float32)
        if mud:
            cover = splashes(batch.shape[:3], mean, deviation, sigma, cut, last, generator)
            for channel, colour in enumerate(MUD):
                values[..., channel] += (np.float32(colour) - values[..., channel]) * cover
        else:
            light = water(batch.shape[:3], mean, deviation, sigma, cut, generator) * np.float32(last)
            for channel, colour in enumerate(WATER):
                values[..., channel] += light * np.float32(colour)
        return values

    return transform_bytes(images, change)
