"""Fog: a plasma fractal is added, and the sum is scaled back to the maximum of the image.

Source: Mu and Gilmer, MNIST-C, arXiv 1906.02337.
"""

import numpy as np
from numpy.typing import NDArray

from quantshift.shifts.batches import transform
from quantshift.shifts.plasma import plasma
from quantshift.shifts.severity import level

# Brightness of the densest fog, decay of the fractal's noise.
LEVELS = ((1.5, 2.0), (2.0, 2.0), (2.5, 1.7), (2.5, 1.5), (3.0, 1.4))


def apply(images: NDArray[np.uint8], severity: int, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return the images in fog.

    Args:
        images: [n, 28, 28], uint8.
        severity: 1 to 5.
        generator: draws the fog.

    Returns:
        [n, 28, 28], uint8.

    Raises:
        ValueError: there is no such severity.
    """
    amount, decay = level(LEVELS, severity)

    def change(batch: NDArray[np.floating]) -> NDArray[np.floating]:
        brightest = batch.max(axis=(1, 2), keepdims=True)
        n, height, width = batch.shape
        fog = plasma(n, height, width, decay, generator)
        batch += amount * fog
        batch *= brightest / (brightest + amount)
        return batch

    return transform(images, change)
