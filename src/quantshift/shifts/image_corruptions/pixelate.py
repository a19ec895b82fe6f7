"""Pixelation: the image is scaled down and up again, without smoothing.

Small images are changed as in CIFAR-10-C, and larger ones with the parameters of ImageNet-C (see the folder).
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from quantshift.shifts.any_size import corrupt
from quantshift.shifts.cifar10_c import pixelate
from quantshift.shifts.severity import level

# The lower resolution over the original one.
LEVELS = (0.6, 0.5, 0.4, 0.3, 0.25)


def apply(images: NDArray[np.uint8], severity: int, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return the images [n, h, w] or [n, h, w, 3] pixelated; severities are 1 to 5."""
    return corrupt(images, severity, generator, pixelate.apply, large)


def large(images: NDArray[np.uint8], severity: int, _: np.random.Generator) -> NDArray[np.uint8]:
    """Return large images [n, side, side, 3] pixelated."""
    side = images.shape[1]
    few = int(side * level(LEVELS, severity))
    changed = np.empty_like(images)
    for image, result in zip(images, changed, strict=True):
        smaller = cv2.resize(np.ascontiguousarray(image), (few, few), interpolation=cv2.INTER_AREA)
        result[...] = cv2.resize(smaller, (side, side), interpolation=cv2.INTER_NEAREST)
    return changed
