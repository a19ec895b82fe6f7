"""Brightness raised by a constant.

Source: Mu and Gilmer, MNIST-C, arXiv 1906.02337.
"""

import numpy as np
from numpy.typing import NDArray

from quantshift.shifts.batches import transform
from quantshift.shifts.severity import level

# Added to values in 0..1.
LEVELS = (0.1, 0.2, 0.3, 0.4, 0.5)


def apply(images: NDArray[np.uint8], severity: int, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return the brightened images.

    Args:
        images: [n, 28, 28], uint8.
        severity: 1 to 5.
        generator: not used, since this shift is deterministic.

    Returns:
        [n, 28, 28], uint8.

    Raises:
        ValueError: there is no such severity.
    """
    amount = level(LEVELS, severity)
    return transform(images, lambda batch: batch + np.float32(amount))
