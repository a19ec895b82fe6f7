"""Glass blur: pixels are replaced by near ones, between two Gaussian blurs.

Source: Hendrycks and Dietterich, arXiv 1903.12261, with the parameters of CIFAR-10-C. Pixels are copied and not
swapped, as in the published images: for colour images, their code overwrites the first pixel before it is moved.
"""

import numpy as np
from numpy.typing import NDArray

from quantshift.shifts import filters
from quantshift.shifts.batches import transform_bytes
from quantshift.shifts.blur import scatter
from quantshift.shifts.severity import level

# Sigma of both blurs in pixels, rounds. The reach is one pixel, upwards and to the left.
LEVELS = ((0.05, 1), (0.25, 1), (0.4, 1), (0.25, 2), (0.4, 2))


def apply(images: NDArray[np.uint8], severity: int, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return the images as if seen through rough glass.

    Args:
        images: [n, side, side, 3], uint8, RGB.
        severity: 1 to 5.
        generator: random generator of the replacements.

    Returns:
        [n, side, side, 3], uint8.

    Raises:
        ValueError: there is no such severity.
    """
    sigma, rounds = level(LEVELS, severity)

    def change(batch: NDArray[np.uint8]) -> NDArray[np.float32]:
        return filters.gaussian(scatter(filters.gaussian(batch, sigma), rounds, generator), sigma)

    return transform_bytes(images, change)
