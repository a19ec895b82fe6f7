"""HSV saturation, lowered or raised. Grey images hardly change.

Small images are changed as in CIFAR-10-C, and larger ones with the parameters of ImageNet-C (see the folder).
"""

import numpy as np
from numpy.typing import NDArray

from quantshift.shifts.any_size import corrupt, with_levels
from quantshift.shifts.cifar10_c import saturate

# Factor on the saturation (0..1), and the offset added afterwards.
LEVELS = ((0.3, 0.0), (0.1, 0.0), (2.0, 0.0), (5.0, 0.1), (20.0, 0.2))


def apply(images: NDArray[np.uint8], severity: int, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return the images [n, h, w] or [n, h, w, 3] with changed saturation; severities are 1 to 5."""
    return corrupt(images, severity, generator, saturate.apply, with_levels(saturate.apply, LEVELS))
