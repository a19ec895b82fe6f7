"""Pixel noise, for images of any shape with values in 0..1."""

import numpy as np
from numpy.typing import NDArray


def shot(images: NDArray[np.floating], photons: float, generator: np.random.Generator) -> NDArray[np.floating]:
    """Return Poisson counts with mean `photons * images`, divided by `photons`: fewer photons mean more noise."""
    return generator.poisson(images * photons) / photons


def impulse(images: NDArray[np.floating], amount: float, generator: np.random.Generator) -> NDArray[np.floating]:
    """Set a share `amount` of the values, in place: half of them to 0, half to 1 (salt and pepper)."""
    draw = generator.random(images.shape, dtype=np.float32)
    images[draw < amount / 2] = 0
    images[draw >= 1 - amount / 2] = 1
    return images
