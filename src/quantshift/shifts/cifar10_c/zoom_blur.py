"""Zoom blur: the mean of the image and enlargements of its centre.

Source: Hendrycks and Dietterich, arXiv 1903.12261, with the parameters of CIFAR-10-C.
"""

import numpy as np
from numpy.typing import NDArray

from quantshift.shifts import affine, zoom
from quantshift.shifts.batches import transform_bytes
from quantshift.shifts.severity import level

# End of the enlargement factors 1, 1.01, 1.02, ...
LEVELS = (1.06, 1.11, 1.16, 1.21, 1.26)
STEP = 0.01


def apply(images: NDArray[np.uint8], severity: int, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return the images with zoom blur.

    Args:
        images: [n, side, side, 3], uint8, RGB.
        severity: 1 to 5.
        generator: not used, since this shift is deterministic.

    Returns:
        [n, side, side, 3], uint8.

    Raises:
        ValueError: there is no such severity.
    """
    # As published: because of rounding, the end itself is included only at the first two levels.
    factors = np.arange(1, level(LEVELS, severity), STEP)
    weights = zoom.blur(images.shape[1], factors).astype(np.float32)
    return transform_bytes(images, lambda batch: affine.mix_pixels(batch.astype(np.float32), weights))
