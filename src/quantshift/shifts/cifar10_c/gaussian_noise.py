"""Gaussian noise, independent for each value.

Source: Hendrycks and Dietterich, arXiv 1903.12261, with the parameters of CIFAR-10-C. The distribution of the
result is exact; values are rounded where the published arrays are truncated (see `noise_table`).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantshift.shifts import noise_table
from quantshift.shifts.batches import transform_bytes
from quantshift.shifts.severity import level

# Standard deviation on values in 0..1.
LEVELS = (0.04, 0.06, 0.08, 0.09, 0.10)


def apply(
    images: NDArray[np.uint8], severity: int, generator: np.random.Generator, levels: tuple[Any, ...] = LEVELS
) -> NDArray[np.uint8]:
    """Return the images with Gaussian noise.

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
    table = noise_table.alias_table(noise_table.gaussian(level(levels, severity)))
    return transform_bytes(images, lambda batch: noise_table.draw(batch, table, generator))
