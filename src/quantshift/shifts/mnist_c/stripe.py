"""Two vertical stripes, at the left and at the right, with inverted colours.

Source: Mu and Gilmer, MNIST-C, arXiv 1906.02337.
"""

import numpy as np
from numpy.typing import NDArray

from quantshift.shifts.severity import only_level

STRIPES = (slice(0, 7), slice(21, 28))


def apply(images: NDArray[np.uint8], severity: int, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return the images with their columns 0-6 and 21-27 inverted.

    Args:
        images: [n, 28, 28], uint8.
        severity: 0, the only level.
        generator: not used, since this shift is deterministic.

    Returns:
        [n, 28, 28], uint8.

    Raises:
        ValueError: there is no such severity.
    """
    only_level(severity)
    striped = images.copy()
    for stripe in STRIPES:
        striped[:, :, stripe] = 255 - striped[:, :, stripe]
    return striped
