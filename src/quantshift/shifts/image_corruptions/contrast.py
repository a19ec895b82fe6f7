"""Lower contrast: each channel is pulled towards its mean over the image.

Small images are changed as in CIFAR-10-C, and larger ones with the parameters of ImageNet-C (see the folder).
"""

import numpy as np
from numpy.typing import NDArray

from quantshift.shifts.any_size import corrupt, with_levels
from quantshift.shifts.cifar10_c import contrast

# New distance from the mean over the old distance.
LEVELS = (0.4, 0.3, 0.2, 0.1, 0.05)


def apply(images: NDArray[np.uint8], severity: int, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return the images [n, h, w] or [n, h, w, 3] with less contrast; severities are 1 to 5."""
    return corrupt(images, severity, generator, contrast.apply, with_levels(contrast.apply, LEVELS))
