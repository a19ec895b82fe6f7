"""Motion blur: each image is smeared along a random direction.

Source: Hendrycks and Dietterich, arXiv 1903.12261, with the parameters of CIFAR-10-C. The published images were
made with ImageMagick; the directional kernel here has the same parameters, so results are similar, not bit-identical.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantshift.shifts import blur
from quantshift.shifts.batches import transform_bytes
from quantshift.shifts.severity import level

# Radius and sigma of the one-sided Gaussian, in pixels.
LEVELS = ((6, 1.0), (6, 1.5), (6, 2.0), (8, 2.0), (9, 2.5))
LARGEST_ANGLE = 45  # degrees from the horizontal


def apply(
    images: NDArray[np.uint8], severity: int, generator: np.random.Generator, levels: tuple[Any, ...] = LEVELS
) -> NDArray[np.uint8]:
    """Return the images with motion blur.

    Args:
        images: [n, side, side, 3], uint8, RGB.
        severity: 1 to 5.
        generator: draws the directions.
        levels: parameters of each severity.

    Returns:
        [n, side, side, 3], uint8.

    Raises:
        ValueError: there is no such severity.
    """
    radius, sigma = level(levels, severity)

    def change(batch: NDArray[np.uint8]) -> NDArray[np.floating]:
        degrees = generator.uniform(-LARGEST_ANGLE, LARGEST_ANGLE, len(batch))
        return blur.motion(batch.astype(np.float32), radius, sigma, degrees)

    return transform_bytes(images, change, size=128)  # in larger batches more images share a step
