"""Shear about the centre: the vertical axis is turned, the horizontal one is not; the direction is random.

Source: Mu and Gilmer, MNIST-C, arXiv 1906.02337. Their generator samples an output pixel at (x, y) from the centre at
(x - y sin(angle), y cos(angle)): this is what scikit-image 0.15, of that time, and all versions before 0.21 made of a
shear. The turned axis keeps its length there, so that digits also grow in height by 1 / cos(angle), at the published
level by 8.6 %. From version 0.21 on, scikit-image makes (x - y tan(angle), y) of it, and heights stay.
"""

import numpy as np
from numpy.typing import NDArray

from quantshift.shifts.affine import signs, warp_either_way
from quantshift.shifts.batches import transform
from quantshift.shifts.severity import level

# Angle between the old and the new vertical axis, in radians.
LEVELS = (0.2, 0.4, 0.6, 0.8, 1.0)


def apply(images: NDArray[np.uint8], severity: int, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return the sheared images, sampled bilinearly.

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
    left, right = (np.array([[1, -np.sin(turn)], [0, np.cos(turn)]]) for turn in (-angle, angle))

    def change(batch: NDArray[np.floating]) -> NDArray[np.floating]:
        return warp_either_way(batch, (left, right), signs(len(batch), 1, generator)[:, 0])

    return transform(images, change)
