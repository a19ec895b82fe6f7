"""Motion blur: each image is smeared along a random direction (see `cifar10_c.motion_blur`).

Small images are changed as in CIFAR-10-C, and larger ones with the parameters of ImageNet-C (see the folder).
"""

import numpy as np
from numpy.typing import NDArray

from quantshift.shifts.any_size import corrupt, pixels
from quantshift.shifts.cifar10_c import motion_blur
from quantshift.shifts.severity import level

# Radius and sigma of the one-sided Gaussian, in pixels.
LEVELS = ((10, 3.0), (15, 5.0), (15, 8.0), (15, 12.0), (20, 15.0))


def apply(images: NDArray[np.uint8], severity: int, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return the images [n, h, w] or [n, h, w, 3] with motion blur; severities are 1 to 5."""
    return corrupt(images, severity, generator, motion_blur.apply, large)


def large(images: NDArray[np.uint8], severity: int, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return large images [n, side, side, 3] with motion blur."""
    radius, sigma = level(LEVELS, severity)
    radius, sigma = round(pixels(images, radius, least=1)), pixels(images, sigma)
    return motion_blur.apply(images, 1, generator, ((radius, sigma),))
