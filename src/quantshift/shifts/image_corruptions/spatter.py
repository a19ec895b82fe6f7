"""Spatter: drops of water at the milder levels, blots of mud at the last two.

Small images are changed as in CIFAR-10-C, and larger ones with the parameters of ImageNet-C (see the folder).
"""

import numpy as np
from numpy.typing import NDArray

from quantshift.shifts.any_size import corrupt, pixels
from quantshift.shifts.cifar10_c import spatter
from quantshift.shifts.severity import level

# Gaussian field: mean, standard deviation, sigma of its blur in pixels, threshold; then, for water, its strength, or,
# for mud, the sigma of the blots' blur in pixels; whether it is mud.
LEVELS = (
    (0.65, 0.3, 4.0, 0.69, 0.6, False),
    (0.65, 0.3, 3.0, 0.68, 0.6, False),
    (0.65, 0.3, 2.0, 0.68, 0.5, False),
    (0.65, 0.3, 1.0, 0.65, 1.5, True),
    (0.67, 0.4, 1.0, 0.65, 1.5, True),
)


def apply(images: NDArray[np.uint8], severity: int, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return the images [n, h, w] or [n, h, w, 3] spattered; severities are 1 to 5."""
    return corrupt(images, severity, generator, spatter.apply, large)


def large(images: NDArray[np.uint8], severity: int, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return large images [n, side, side, 3] spattered."""
    mean, deviation, sigma, cut, last, mud = level(LEVELS, severity)
    sigma = pixels(images, sigma)
    last = pixels(images, last) if mud else last
    return spatter.apply(images, 1, generator, ((mean, deviation, sigma, cut, last, mud),))
