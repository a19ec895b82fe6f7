"""Rotation about the centre, to the left or to the right at random.

Source: Mu and Gilmer, MNIST-C, arXiv 1906.02337.
"""

import numpy as np
from numpy.typing import NDArray

from quantshift.shifts.affine import signs, warp_by_sign
from quantshift.shifts.batches import transform
from quantshift.shifts.severity import level

# Radians.
LEVELS = (0.2, 0.4, 0.6, 0.8, 1.0)


def apply(images: NDArray[np.uint8], severity: int, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return the rotated images, sampled bilinearly.

    Args:
        images: [n, 28, 28], uint8.
        severity: 1 to 5.
        generator: draws the directions.

    Returns:
        [n, 28, 28], uint8.

    Raises:
        ValueError: there is no such severity.
    """
    angle = level(LEVELS, severity)
    left, right = (np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) for turn in (-angle, angle))

    def change(batch: NDArray[np.floating]) -> NDArray[np.floating]:
        return warp_by_sign(batch, (left, right), signs(len(batch), 1, generator)[:, 0])

    return transform(images, change)
