"""Brightness: the HSV value of each pixel is raised by a constant.

Source: Hendrycks and Dietterich, arXiv 1903.12261, with the parameters of CIFAR-10-C.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantshift.shifts import colours
from quantshift.shifts.batches import transform_bytes
from quantshift.shifts.severity import level

# Added to values in 0..1.
LEVELS = (0.05, 0.1, 0.15, 0.2, 0.3)


def apply(
    images: NDArray[np.uint8], severity: int, generator: np.random.Generator, levels: tuple[Any, ...] = LEVELS
) -> NDArray[np.uint8]:
    """Return the brightened images.

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
    amount = level(levels, severity)
    return transform_bytes(images, lambda batch: colours.brighten(batch, amount))
