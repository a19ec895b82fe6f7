"""Elastic transform: a random affine map and a smooth random displacement field for each image.

Small images are changed as in CIFAR-10-C, and larger ones with the parameters of ImageNet-C (see the folder).
"""

import numpy as np
from numpy.typing import NDArray

from quantshift.shifts.any_size import PUBLISHED, corrupt
from quantshift.shifts.cifar10_c import elastic_transform
from quantshift.shifts.severity import level

# Strength of the displacements, sigma of their blur and largest move of the affine map, in pixels.
LEVELS = ((488, 170.8, 24.4), (488, 19.52, 48.8), (12.2, 2.44, 4.88), (17.08, 2.44, 4.88), (29.28, 2.44, 4.88))


def apply(images: NDArray[np.uint8], severity: int, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return the images [n, h, w] or [n, h, w, 3] distorted; severities are 1 to 5."""
    return corrupt(images, severity, generator, elastic_transform.apply, large)


def large(images: NDArray[np.uint8], severity: int, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return large images [n, side, side, 3] distorted."""
    shares = tuple(length / PUBLISHED for length in level(LEVELS, severity))
    return elastic_transform.apply(images, 1, generator, (shares,))
