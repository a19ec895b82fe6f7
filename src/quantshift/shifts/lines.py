"""Soft lines drawn over images."""

import numpy as np
from numpy.typing import NDArray

# Vertical distance in pixels at which the logarithm of the profile diverges; light ends at REACH * (1 - 1/e) = 1.45.
REACH = 2.3


def segment(start: NDArray[np.floating], end: NDArray[np.floating], height: int, width: int) -> NDArray[np.floating]:
    """Return the light of one line segment for each image.

    The light is 1 on the line and max(0, log(1 - d / REACH) + 1) at the vertical distance d of a pixel's centre. It is
    drawn in the columns from floor(start) to ceil(end), exclusive.

    Args:
        start: [n, 2], column and row in pixels.
        end: [n, 2], to the right of `start`.
        height: height of the images, in pixels.
        width: width of the images, in pixels.

    Returns:
        [n, height, width], in 0..1.

    Source: Mu and Gilmer, MNIST-C, arXiv 1906.02337, and the code published with it.
    """
    start, end = start.astype(np.float32)[:, :, None], end.astype(np.float32)[:, :, None]
    columns = np.arange(width, dtype=np.float32)
    slope = (end[:, 1] - start[:, 1]) / (end[:, 0] - start[:, 0])
    on_line = slope * (columns - start[:, 0]) + start[:, 1]
    distance = np.abs(np.arange(height, dtype=np.float32)[:, None] - on_line[:, None, :])
    light = np.maximum(np.log1p(-np.minimum(distance, 0.99 * REACH) / REACH) + 1, 0)
    drawn = (columns >= np.floor(start[:, 0])) & (columns < np.ceil(end[:, 0]))
    drawn_light: NDArray[np.floating] = light * drawn[:, None, :]
    return drawn_light
