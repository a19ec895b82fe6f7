"""Snow: flakes, blurred by their motion, over a whitened image (see `cifar10_c.snow`).

Small images are changed as in CIFAR-10-C, and larger ones with the parameters of ImageNet-C (see the folder).
"""

import numpy as np
from numpy.typing import NDArray

from quantshift.shifts.any_size import corrupt, pixels
from quantshift.shifts.cifar10_c import snow
from quantshift.shifts.severity import level

# Flakes: mean and standard deviation of a Gaussian field in 0..1, its enlargement, the threshold below which there is
# no flake, radius and sigma of the motion blur in pixels; then the weight of the image that is not whitened.
LEVELS = (
    (0.1, 0.3, 3.0, 0.5, 10, 4.0, 0.8),
    (0.2, 0.3, 2.0, 0.5, 12, 4.0, 0.7),
    (0.55, 0.3, 4.0, 0.9, 12, 8.0, 0.7),
    (0.55, 0.3, 4.5, 0.85, 12, 8.0, 0.65),
    (0.55, 0.3, 2.5, 0.85, 12, 12.0, 0.55),
)


def apply(images: NDArray[np.uint8], severity: int, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return the images [n, h, w] or [n, h, w, 3] in snow; severities are 1 to 5."""
    return corrupt(images, severity, generator, snow.apply, large)


def large(images: NDArray[np.uint8], severity: int, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return large images [n, side, side, 3] in snow."""
    mean, deviation, factor, cut, radius, sigma, weight = level(LEVELS, severity)
    radius, sigma = round(pixels(images, radius, least=1)), pixels(images, sigma)
    factor = pixels(images, factor, least=1)
    return snow.apply(images, 1, generator, ((mean, deviation, factor, cut, radius, sigma, weight),))
