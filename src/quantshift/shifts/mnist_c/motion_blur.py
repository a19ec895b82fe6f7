"""Motion blur: each image is smeared along a random direction.

Source: Mu and Gilmer, MNIST-C, arXiv 1906.02337; made there with ImageMagick, here with a directional kernel of
the same parameters, so results are similar, not identical.
"""

import numpy as np
from numpy.typing import NDArray

from quantshift.shifts import blur
from quantshift.shifts.batches import transform
from quantshift.shifts.severity import level

# Radius and sigma of the one-sided Gaussian, in pixels.
LEVELS = ((10, 3), (15, 5), (15, 8), (15, 12), (20, 15))
LARGEST_ANGLE = 45  # degrees from the horizontal


def apply(images: NDArray[np.uint8], severity: int, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return the images with motion blur.

    Args:
        images: [n, 28, 28], uint8.
        severity: 1 to 5.
        generator: draws the directions.

    Returns:
        [n, 28, 28], uint8.

    Raises:
        ValueError: there is no such severity.
    """
    radius, sigma = level(LEVELS, severity)

    def change(batch: NDArray[np.floating]) -> NDArray[np.floating]:
        degrees = generator.uniform(-LARGEST_ANGLE, LARGEST_ANGLE, len(batch))
        return blur.motion(batch, radius, sigma, degrees)

    return transform(images, change)
