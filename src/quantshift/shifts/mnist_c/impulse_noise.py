"""Impulse noise: pixels set to black or to white (salt and pepper).

Source: Mu and Gilmer, MNIST-C, arXiv 1906.02337.
"""

import numpy as np
from numpy.typing import NDArray

from quantshift.shifts import noise
from quantshift.shifts.batches import transform
from quantshift.shifts.severity import level

# Share of the pixels that are set.
LEVELS = (0.03, 0.06, 0.09, 0.17, 0.27)


def apply(images: NDArray[np.uint8], severity: int, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return the images with impulse noise.

    Args:
        images: [n, 28, 28], uint8.
        severity: 1 to 5.
        generator: draws the pixels and their new values.

    Returns:
        [n, 28, 28], uint8.

    Raises:
        ValueError: there is no such severity.
    """
    amount = level(LEVELS, severity)
    return transform(images, lambda batch: noise.impulse(batch, amount, generator))
