"""JPEG compression: the images are encoded with loss and decoded.

Small images are changed as in CIFAR-10-C, and larger ones with the parameters of ImageNet-C (see the folder).
"""

import numpy as np
from numpy.typing import NDArray

from quantshift.shifts.any_size import corrupt, with_levels
from quantshift.shifts.cifar10_c import jpeg_compression

# Quality, up to 100.
LEVELS = (25, 18, 15, 10, 7)


def apply(images: NDArray[np.uint8], severity: int, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return the images [n, h, w] or [n, h, w, 3] after JPEG compression; severities are 1 to 5."""
    return corrupt(images, severity, generator, jpeg_compression.apply, with_levels(jpeg_compression.apply, LEVELS))
