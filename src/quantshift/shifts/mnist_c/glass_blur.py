"""Glass blur: pixels swapped with near ones, between two Gaussian blurs.

Source: Mu and Gilmer, MNIST-C, arXiv 1906.02337. The blurs are in both axes, as in the definition;
the code published with it blurs only vertically with the scikit-image of its time.
"""

import numpy as np
from numpy.typing import NDArray

from quantshift.shifts import blur
from quantshift.shifts.batches import transform
from quantshift.shifts.severity import level

# Sigma of the blurs in pixels, reach of a swap in pixels, rounds of swaps.
LEVELS = ((0.7, 1, 2), (0.9, 2, 1), (1.0, 2, 3), (1.1, 3, 2), (1.5, 4, 2))
SWAP_PROBABILITY = 0.5


def apply(images: NDArray[np.uint8], severity: int, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return the images as if seen through rough glass.

    Args:
        images: [n, 28, 28], uint8.
        severity: 1 to 5.
        generator: draws the swaps.

    Returns:
        [n, 28, 28], uint8.

    Raises:
        ValueError: there is no such severity.
    """
    sigma, delta, rounds = level(LEVELS, severity)
    return transform(images, lambda batch: blur.glass(batch, sigma, delta, rounds, SWAP_PROBABILITY, generator))
