"""Brightness: the HSV value of each pixel is raised by a constant.

Small images are changed as in CIFAR-10-C, and larger ones with the parameters of ImageNet-C (see the folder).
"""

import numpy as np
from numpy.typing import NDArray

from quantshift.shifts.any_size import corrupt, with_levels
from quantshift.shifts.cifar10_c import brightness

# Added to values in 0..1.
LEVELS = (0.1, 0.2, 0.3, 0.4, 0.5)


def apply(images: NDArray[np.uint8], severity: int, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return the images [n, h, w] or [n, h, w, 3] brightened; severities are 1 to 5."""
    return corrupt(images, severity, generator, brightness.apply, with_levels(brightness.apply, LEVELS))
