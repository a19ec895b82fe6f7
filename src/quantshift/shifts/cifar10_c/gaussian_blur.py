"""Gaussian blur.

Source: Hendrycks and Dietterich, arXiv 1903.12261, with the parameters of CIFAR-10-C.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantshift.shifts import filters
from quantshift.shifts.batches import transform_bytes
from quantshift.shifts.severity import level

# Sigma in pixels.
LEVELS = (0.4, 0.6, 0.7, 0.8, 1.0)


def apply(
    images: NDArray[np.uint8], severity: int, generator: np.random.Generator, levels: tuple[Any, ...] = LEVELS
) -> NDArray[np.uint8]:
    """Return the blurred images.

    Args:
        images: [n, side, side, 3], uint8, RGB.
        severity: 1 to 5.
        generator: not used, since this shift is deterministic.
        levels: parameters of each severity.

    Returns:
        [n, side, side, 3], uint8.

    Raises:
        ValueError: there is no such severity.
    """
    sigma = level(levels, severity)
    return transform_bytes(images, lambda batch: filters.gaussian(batch, sigma))
