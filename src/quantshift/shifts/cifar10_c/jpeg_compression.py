"""JPEG compression: the images are encoded with loss and decoded.

Source: Hendrycks and Dietterich, arXiv 1903.12261, with the parameters of CIFAR-10-C.
"""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from quantshift.shifts.batches import transform_bytes
from quantshift.shifts.severity import level

# Quality, up to 100.
LEVELS = (80, 65, 58, 50, 40)


def apply(
    images: NDArray[np.uint8], severity: int, generator: np.random.Generator, levels: tuple[Any, ...] = LEVELS
) -> NDArray[np.uint8]:
    """Return the images after JPEG compression, with colours at half the resolution.

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
    quality = [cv2.IMWRITE_JPEG_QUALITY, level(levels, severity)]

    def change(batch: NDArray[np.uint8]) -> NDArray[np.uint8]:
        decoded = np.empty_like(batch)
        # OpenCV expects the channels blue, green and red, so they are reversed before and after.
        for image, reversed_image in zip(decoded, np.ascontiguousarray(batch[..., ::-1]), strict=True):
            coded = cv2.imencode(".jpg", reversed_image, quality)[1]
            image[:] = np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR))[..., ::-1]
        return decoded

    return transform_bytes(images, change)
