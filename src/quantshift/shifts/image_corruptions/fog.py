"""Fog: a plasma fractal is added, and the sum is scaled back to the maximum of the image.

Small images are changed as in CIFAR-10-C, and larger ones with the parameters of ImageNet-C (see the folder).
"""

import numpy as np
from numpy.typing import NDArray

from quantshift.shifts.any_size import corrupt, with_levels
from quantshift.shifts.cifar10_c import fog

# Brightness of the densest fog on values in 0..1, decay of the fractal's noise.
LEVELS = ((1.5, 2.0), (2.0, 2.0), (2.5, 1.7), (2.5, 1.5), (3.0, 1.4))


def apply(images: NDArray[np.uint8], severity: int, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return the images [n, h, w] or [n, h, w, 3] in fog; severities are 1 to 5."""
    return corrupt(images, severity, generator, fog.apply, with_levels(fog.apply, LEVELS))
