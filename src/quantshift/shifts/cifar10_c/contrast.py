"""Lower contrast: each channel is pulled towards its mean over the image.

Source: Hendrycks and Dietterich, arXiv 1903.12261, with the parameters of CIFAR-10-C.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantshift.shifts import colours
from quantshift.shifts.batches import transform_bytes
from quantshift.shifts.severity import level

# New distance from the mean over the old distance.
LEVELS = (0.75, 0.5, 0.4, 0.3, 0.15)


def apply(
    images: NDArray[np.uint8], severity: int, generator: np.random.Generator, levels: tuple[Any, ...] = LEVELS
) -> NDArray[np.uint8]:
    """Return the images with less contrast.

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
    factor = level(levels, severity)
    return transform_bytes(images, lambda batch: colours.flatten(batch, factor))
