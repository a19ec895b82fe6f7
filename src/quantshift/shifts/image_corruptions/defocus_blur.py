"""Defocus blur: a disc with a soft edge.

Small images are changed as in CIFAR-10-C, and larger ones with the parameters of ImageNet-C (see the folder).
"""

import numpy as np
from numpy.typing import NDArray

from quantshift.shifts.any_size import corrupt, pixels
from quantshift.shifts.cifar10_c import defocus_blur
from quantshift.shifts.severity import level

# Radius of the disc in pixels, and sigma of the blur of its edge (over 3 x 3 pixels), which does not scale.
LEVELS = ((3.0, 0.1), (4.0, 0.5), (6.0, 0.5), (8.0, 0.5), (10.0, 0.5))


def apply(images: NDArray[np.uint8], severity: int, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return the images [n, h, w] or [n, h, w, 3] out of focus; severities are 1 to 5."""
    return corrupt(images, severity, generator, defocus_blur.apply, large)


def large(images: NDArray[np.uint8], severity: int, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return large images [n, side, side, 3] out of focus."""
    radius, sigma = level(LEVELS, severity)
    radius = pixels(images, radius)
    return defocus_blur.apply(images, 1, generator, ((radius, sigma),))
