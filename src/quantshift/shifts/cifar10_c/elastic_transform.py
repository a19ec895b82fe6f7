"""Elastic transform: a random affine map and a smooth random displacement field for each image.

Source: Hendrycks and Dietterich, arXiv 1903.12261, with the parameters of CIFAR-10-C. Sampling is in steps of 1/32
pixel.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantshift.shifts import elastic
from quantshift.shifts.batches import transform_bytes
from quantshift.shifts.severity import level

# In units of the image's side: strength of the displacements, sigma of their blur, largest move of the affine map.
LEVELS = ((0.0, 0.0, 0.08), (0.05, 0.2, 0.07), (0.08, 0.06, 0.06), (0.1, 0.04, 0.05), (0.1, 0.03, 0.03))


def apply(
    images: NDArray[np.uint8], severity: int, generator: np.random.Generator, levels: tuple[Any, ...] = LEVELS
) -> NDArray[np.uint8]:
    """Return the distorted images; they are mirrored at the border.

    Args:
        images: [n, side, side, 3], uint8, RGB.
        severity: 1 to 5.
        generator: draws the maps.
        levels: parameters of each severity.

    Returns:
        [n, side, side, 3], uint8.

    Raises:
        ValueError: there is no such severity.
    """
    alpha, sigma, reach = (images.shape[1] * share for share in level(levels, severity))
    return transform_bytes(images, lambda batch: elastic.warp(batch, alpha, sigma, reach, generator))
