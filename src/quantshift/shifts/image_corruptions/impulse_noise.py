"""Impulse noise: values set to 0 or to 255 (salt and pepper).

Small images are changed as in CIFAR-10-C, and larger ones with the parameters of ImageNet-C (see the folder).
"""

import numpy as np
from numpy.typing import NDArray

from quantshift.shifts.any_size import corrupt, with_levels
from quantshift.shifts.cifar10_c import impulse_noise

# Share of the values that are set.
LEVELS = (0.03, 0.06, 0.09, 0.17, 0.27)


def apply(images: NDArray[np.uint8], severity: int, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return the images [n, h, w] or [n, h, w, 3] with impulse noise; severities are 1 to 5."""
    return corrupt(images, severity, generator, impulse_noise.apply, with_levels(impulse_noise.apply, LEVELS))
