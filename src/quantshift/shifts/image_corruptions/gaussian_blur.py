"""Gaussian blur.

Small images are changed as in CIFAR-10-C, and larger ones with the parameters of ImageNet-C (see the folder).
"""

import numpy as np
from numpy.typing import NDArray

from quantshift.shifts.any_size import corrupt, pixels
from quantshift.shifts.cifar10_c import gaussian_blur
from quantshift.shifts.severity import level

# Sigma in pixels.
LEVELS = (1, 2, 3, 4, 6)


def apply(images: NDArray[np.uint8], severity: int, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return the images [n, h, w] or [n, h, w, 3] blurred; severities are 1 to 5."""
    return corrupt(images, severity, generator, gaussian_blur.apply, large)


def large(images: NDArray[np.uint8], severity: int, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return large images [n, side, side, 3] blurred."""
    sigma = pixels(images, level(LEVELS, severity))
    return gaussian_blur.apply(images, 1, generator, (sigma,))
