"""Scaling about the centre: the digits shrink.

Source: Mu and Gilmer, MNIST-C, arXiv 1906.02337.
"""

import numpy as np
from numpy.typing import NDArray

from quantshift.shifts.affine import warp
from quantshift.shifts.batches import transform
from quantshift.shifts.severity import level

# New size over old size.
LEVELS = (0.9, 0.8, 0.7, 0.6, 0.5)


def apply(images: NDArray[np.uint8], severity: int, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return the shrunk images, sampled bilinearly.

    Args:
        images: [n, 28, 28], uint8.
        severity: 1 to 5.
        generator: not used, since this shift is deterministic.

    Returns:
        [n, 28, 28], uint8.

    Raises:
        ValueError: there is no such severity.
    """
    inverse = np.eye(2) / level(LEVELS, severity)
    return transform(images, lambda batch: warp(batch, inverse))
