"""Shear about the centre: the vertical axis is turned, the horizontal axis is not; the direction is random.

Source: Mu and Gilmer, MNIST-C, arXiv 1906.02337. For an output pixel at (x, y), relative to the centre, their generator
samples the input at (x - y sin(angle), y cos(angle)), which is the shear of scikit-image before version 0.21. It keeps
the length of the turned axis, so that digits also grow in height by 1 / cos(angle), at the published level by 8.6 %.
Since version 0.21, scikit-image uses (x - y tan(angle), y), which preserves heights.
"""

import numpy as np
from numpy.typing import NDArray

from quantshift.shifts.affine import signs, warp_by_sign
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
        return warp_by_sign(batch, (left, right), signs(len(batch), 1, generator)[:, 0])

    return transform(images, change)
