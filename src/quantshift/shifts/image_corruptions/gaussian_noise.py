"""Gaussian noise, independent for each value.

Small images are changed as in CIFAR-10-C, and larger ones with the parameters of ImageNet-C (see the folder).
"""

import numpy as np
from numpy.typing import NDArray

from quantshift.shifts.any_size import corrupt, with_levels
from quantshift.shifts.cifar10_c import gaussian_noise

# Standard deviation on values in 0..1.
LEVELS = (0.08, 0.12, 0.18, 0.26, 0.38)


def apply(images: NDArray[np.uint8], severity: int, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return the images [n, h, w] or [n, h, w, 3] with Gaussian noise; severities are 1 to 5."""
    return corrupt(images, severity, generator, gaussian_noise.apply, with_levels(gaussian_noise.apply, LEVELS))
