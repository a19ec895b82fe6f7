"""Speckle noise: Gaussian noise proportional to the value.

Small images are changed as in CIFAR-10-C, and larger ones with the parameters of ImageNet-C (see the folder).
"""

import numpy as np
from numpy.typing import NDArray

from quantshift.shifts.any_size import corrupt, with_levels
from quantshift.shifts.cifar10_c import speckle_noise

# Standard deviation divided by the value.
LEVELS = (0.15, 0.2, 0.35, 0.45, 0.6)


def apply(images: NDArray[np.uint8], severity: int, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return the images [n, h, w] or [n, h, w, 3] with speckle noise; severities are 1 to 5."""
    return corrupt(images, severity, generator, speckle_noise.apply, with_levels(speckle_noise.apply, LEVELS))
