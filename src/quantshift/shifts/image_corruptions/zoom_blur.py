"""Zoom blur: the mean of the image and enlargements of its centre.

Small images are changed as in CIFAR-10-C, and larger ones with the parameters of ImageNet-C (see the folder).
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from quantshift.shifts import zoom
from quantshift.shifts.any_size import corrupt
from quantshift.shifts.batches import transform_bytes
from quantshift.shifts.cifar10_c import zoom_blur
from quantshift.shifts.severity import level

# End and step of the enlargement factors, which start at 1.
LEVELS = ((1.11, 0.01), (1.16, 0.01), (1.21, 0.02), (1.26, 0.02), (1.31, 0.03))


def apply(images: NDArray[np.uint8], severity: int, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return the images [n, h, w] or [n, h, w, 3] with zoom blur; severities are 1 to 5."""
    return corrupt(images, severity, generator, zoom_blur.apply, large)


def large(images: NDArray[np.uint8], severity: int, _: np.random.Generator) -> NDArray[np.uint8]:
    """Return large images [n, side, side, 3] with zoom blur."""
    end, step = level(LEVELS, severity)
    side = images.shape[1]
    maps = [zoom.affine_map(side, factor) for factor in np.arange(1, end, step)]

    def change(batch: NDArray[np.uint8]) -> NDArray[np.float32]:
        total = batch.astype(np.float32)
        for image, result in zip(batch.astype(np.float32), total, strict=True):
            for enlarge in maps:
                flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
                result += cv2.warpAffine(image, enlarge, (side, side), flags=flags, borderMode=cv2.BORDER_REPLICATE)
        total /= np.float32(len(maps) + 1)
        return total

    return transform_bytes(images, change)
