"""Glass blur: pixels are replaced by near ones, between two Gaussian blurs.

Small images are changed as in CIFAR-10-C, and larger ones with the parameters of ImageNet-C (see the folder). All
pixels are replaced at the same time, where the published code replaces them one after the other.
"""

import numpy as np
from numpy.typing import NDArray

from quantshift.shifts import filters
from quantshift.shifts.any_size import corrupt, pixels
from quantshift.shifts.batches import transform_bytes
from quantshift.shifts.blur import scatter_far
from quantshift.shifts.cifar10_c import glass_blur
from quantshift.shifts.severity import level

# Sigma of both blurs in pixels, reach of a replacement in pixels, rounds.
LEVELS = ((0.7, 1, 2), (0.9, 2, 1), (1.0, 2, 3), (1.1, 3, 2), (1.5, 4, 2))


def apply(images: NDArray[np.uint8], severity: int, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return the images [n, h, w] or [n, h, w, 3] as if seen through rough glass; severities are 1 to 5."""
    return corrupt(images, severity, generator, glass_blur.apply, large)


def large(images: NDArray[np.uint8], severity: int, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return large images [n, side, side, 3] as if seen through rough glass."""
    sigma, reach, rounds = level(LEVELS, severity)
    sigma, reach = pixels(images, sigma), round(pixels(images, reach, least=1))

    def change(batch: NDArray[np.uint8]) -> NDArray[np.float32]:
        return filters.gaussian(scatter_far(filters.gaussian(batch, sigma), reach, rounds, generator), sigma)

    return transform_bytes(images, change)
