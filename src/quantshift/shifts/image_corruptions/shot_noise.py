"""Shot noise: each value is a Poisson count of photons.

Small images are changed as in CIFAR-10-C, and larger ones with the parameters of ImageNet-C (see the folder).
"""

import numpy as np
from numpy.typing import NDArray

from quantshift.shifts.any_size import corrupt, with_levels
from quantshift.shifts.cifar10_c import shot_noise

# Mean photons of a white pixel in each channel.
LEVELS = (60, 25, 12, 5, 3)


def apply(images: NDArray[np.uint8], severity: int, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return the images [n, h, w] or [n, h, w, 3] with shot noise; severities are 1 to 5."""
    return corrupt(images, severity, generator, shot_noise.apply, with_levels(shot_noise.apply, LEVELS))
