"""JPEG: the images coded with loss, and decoded.

Source: Hendrycks and Dietterich, arXiv 1903.12261, with the parameters of CIFAR-10-C.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from quantshift.shifts.batches import transform_bytes
from quantshift.shifts.severity import level

# Quality, of 100.
LEVELS = (80, 65, 58, 50, 40)


def apply(images: NDArray[np.uint8], severity: int, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return the images as JPEG keeps them, with the colours at half the resolution.

    Args:
        images: [n, side, side, 3], uint8, RGB.
        severity: 1 to 5.
        generator: not used: nothing here is random.

    Returns:
        [n, side, side, 3], uint8.

    Raises:
        ValueError: there is no such severity.
    """
    quality = [cv2.IMWRITE_JPEG_QUALITY, level(LEVELS, severity)]

    def change(batch: NDArray[np.uint8]) -> NDArray[np.uint8]:
        decoded = np.empty_like(batch)
        # OpenCV takes the channels for blue, green and red, and so they are turned round before and after.
        for one, turned in zip(decoded, np.ascontiguousarray(batch[..., ::-1]), strict=True):
            coded = cv2.imencode(".jpg", turned, quality)[1]
            one[:] = np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR))[..., ::-1]
        return decoded

    return transform_bytes(images, change)
