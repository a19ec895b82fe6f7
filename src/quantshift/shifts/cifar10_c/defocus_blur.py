"""Defocus blur: a disc with a soft edge.

Source: Hendrycks and Dietterich, arXiv 1903.12261, with the parameters of CIFAR-10-C.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from quantshift.shifts import filters
from quantshift.shifts.batches import transform_bytes
from quantshift.shifts.severity import level

# Radius of the disc and sigma of the blur of its edge (over 3 x 3 pixels), in pixels.
LEVELS = ((0.3, 0.4), (0.4, 0.5), (0.5, 0.6), (1.0, 0.2), (1.5, 0.1))


def apply(
    images: NDArray[np.uint8], severity: int, generator: np.random.Generator, levels: tuple[Any, ...] = LEVELS
) -> NDArray[np.uint8]:
    """Return the images out of focus; they are mirrored at the border.

    Args:
        images: [n, side, side, 3], uint8, RGB.
        severity: 1 to 5.
        generator: not used, since this shift is deterministic.
        levels: parameters of each severity.

    Returns:
        [n, side, side, 3], uint8.

    Raises:
        ValueError: there is no such severity.
    """
    weights = disc(*level(levels, severity))
    return transform_bytes(images, lambda batch: filters.correlate(batch, weights, "reflect"))


def disc(radius: float, sigma: float) -> NDArray[np.float64]:
    """Return the weights of a disc of `radius` pixels, blurred by a Gaussian of `sigma` pixels."""
    reach = int(radius) + 1
    row, column = np.indices((2 * reach + 1, 2 * reach + 1)) - reach
    inside = (row**2 + column**2 <= radius**2).astype(np.float64)
    soft = np.exp(-0.5 * (np.arange(-1, 2) / sigma) ** 2)
    soft /= soft.sum()
    blurred: NDArray[np.float64] = ndimage.correlate(inside / inside.sum(), np.outer(soft, soft), mode="constant")
    return blurred
