"""Pixelation: the image is scaled down and up again, without smoothing.

Source: Hendrycks and Dietterich, arXiv 1903.12261, with the parameters of CIFAR-10-C.
"""

import numpy as np
from numpy.typing import NDArray

from quantshift.shifts import blocks
from quantshift.shifts.batches import transform_bytes
from quantshift.shifts.severity import level

# The lower resolution over the original one.
LEVELS = (0.95, 0.9, 0.85, 0.75, 0.65)


def apply(images: NDArray[np.uint8], severity: int, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return the pixelated images.

    Args:
        images: [n, side, side, 3], uint8, RGB.
        severity: 1 to 5.
        generator: not used, since this shift is deterministic.

    Returns:
        [n, side, side, 3], uint8.

    Raises:
        ValueError: there is no such severity.
    """
    share = level(LEVELS, severity)
    return transform_bytes(images, lambda batch: blocks.pixelate(batch, int(batch.shape[1] * share)))
