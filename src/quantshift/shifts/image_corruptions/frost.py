"""Frost: a random part of a texture of ice is added (see `cifar10_c.frost`).

Small images are changed as in CIFAR-10-C, and larger ones with the parameters of ImageNet-C (see the folder).
"""

import numpy as np
from numpy.typing import NDArray

from quantshift.shifts.any_size import corrupt, with_levels
from quantshift.shifts.cifar10_c import frost

# Weight of the image, weight of the frost.
LEVELS = ((1.0, 0.4), (0.8, 0.6), (0.7, 0.7), (0.65, 0.7), (0.6, 0.75))


def apply(images: NDArray[np.uint8], severity: int, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return the images [n, h, w] or [n, h, w, 3] behind frost; severities are 1 to 5."""
    return corrupt(images, severity, generator, frost.apply, with_levels(frost.apply, LEVELS))
