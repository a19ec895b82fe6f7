"""Speckle noise: Gaussian noise proportional to the value.

Source: Hendrycks and Dietterich, arXiv 1903.12261, with the parameters of CIFAR-10-C. The distribution of the
result is exact; values are rounded where the published arrays are truncated (see `noise_table`).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantshift.shifts import noise_table
from quantshift.shifts.batches import transform_bytes
from quantshift.shifts.severity import level

# Standard deviation divided by the value.
LEVELS = (0.06, 0.10, 0.12, 0.16, 0.20)


def apply(
    images: NDArray[np.uint8], severity: int, generator: np.random.Generator, levels: tuple[Any, ...] = LEVELS
) -> NDArray[np.uint8]:
    """Return the images with speckle noise.

    Args:
        images: [n, side, side, 3], uint8, RGB.
        severity: 1 to 5.
        generator: draws the noise.
        levels: parameters of each severity.

    Returns:
        [n, side, side, 3], uint8.

    Raises:
        ValueError: there is no such severity.
    """
    table = noise_table.alias_table(noise_table.gaussian(level(levels, severity) * np.arange(noise_table.BYTES) / 255))
    return transform_bytes(images, lambda batch: noise_table.draw(batch, table, generator))
