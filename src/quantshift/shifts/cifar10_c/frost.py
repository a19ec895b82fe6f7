"""Frost: a random part of a texture of ice is added.

Source: Hendrycks and Dietterich, arXiv 1903.12261, with the parameters of CIFAR-10-C. The texture is drawn by `ice`;
the published code uses photos of frosted glass.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantshift.shifts import ice
from quantshift.shifts.batches import transform_bytes
from quantshift.shifts.severity import level

# Weight of the image, weight of the frost.
LEVELS = ((1.0, 0.2), (1.0, 0.3), (0.9, 0.4), (0.85, 0.4), (0.75, 0.45))


def apply(
    images: NDArray[np.uint8], severity: int, generator: np.random.Generator, levels: tuple[Any, ...] = LEVELS
) -> NDArray[np.uint8]:
    """Return the images behind frost.

    Args:
        images: [n, side, side, 3], uint8, RGB.
        severity: 1 to 5.
        generator: random generator of the parts.
        levels: parameters of each severity.

    Returns:
        [n, side, side, 3], uint8.

    Raises:
        ValueError: there is no such severity.
    """
    image_weight, frost = (np.float32(weight) for weight in level(levels, severity))

    def change(batch: NDArray[np.uint8]) -> NDArray[np.float32]:
        frosted = ice.windows(len(batch), batch.shape[1], generator) * frost
        frosted += batch * image_weight
        return frosted

    return transform_bytes(images, change)
