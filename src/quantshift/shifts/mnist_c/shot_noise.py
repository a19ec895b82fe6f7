"""Shot noise: each pixel is a Poisson count of few photons.

Source: Mu and Gilmer, MNIST-C, arXiv 1906.02337.
"""

import numpy as np
from numpy.typing import NDArray

from quantshift.shifts import noise
from quantshift.shifts.batches import transform
from quantshift.shifts.severity import level

# Photons of a white pixel.
LEVELS = (60, 25, 12, 5, 3)


def apply(images: NDArray[np.uint8], severity: int, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return the images with shot noise.

    Args:
        images: [n, 28, 28], uint8.
        severity: 1 to 5.
        generator: draws the counts.

    Returns:
        [n, 28, 28], uint8.

    Raises:
        ValueError: there is no such severity.
    """
    photons = level(LEVELS, severity)
    return transform(images, lambda batch: noise.shot(batch, photons, generator))
