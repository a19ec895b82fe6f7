"""The Canny edge detector for stacks of images."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

# Thresholds on the length of the Sobel gradient of images in 0..1.
LOW, HIGH = 0.1, 0.2


def canny(images: NDArray[np.floating], sigma: float) -> NDArray[np.bool_]:
    """Return the edges of each image, equal to those of scikit-image's ``feature.canny(image, sigma)``.

    Args:
        images: [n, h, w], float64 in 0..1.
        sigma: sigma of the Gaussian blur, in pixels.

    Returns:
        [n, h, w]; pixels on the border are never edges.

    Source: Canny, A computational approach to edge detection, IEEE PAMI 8 (6), 1986.
    """
    # The blur treats pixels outside of the image as 0; divide by the weight inside to compensate.
    inside = ndimage.gaussian_filter(np.ones(images.shape[1:]), sigma, mode="constant") + np.finfo(np.float64).eps
    smooth = ndimage.gaussian_filter(images, sigma, mode="constant", axes=(1, 2)) / inside
    down, right = sobel(smooth, 1, 2), sobel(smooth, 2, 1)
    strength = np.sqrt(down * down + right * right)
    thin = ridges(down, right, strength)

    # A weak edge remains if it is connected to a strong one in the same image.
    neighbours = np.zeros((3, 3, 3), dtype=bool)
    neighbours[1] = True
    labels, count = ndimage.label(thin, neighbours)
    strong = np.zeros(count + 1, dtype=bool)
    strong[labels[thin & (strength >= HIGH)]] = True
    return strong[labels]


def sobel(images: NDArray[np.float64], axis: int, across: int) -> NDArray[np.float64]:
    """Return the difference along `axis`, smoothed along `across`."""
    difference = ndimage.correlate1d(images, [-1.0, 0.0, 1.0], axis)
    smoothed: NDArray[np.float64] = ndimage.correlate1d(difference, [1.0, 2.0, 1.0], across)
    return smoothed


def ridges(down: NDArray[np.float64], right: NDArray[np.float64], strength: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return where the gradient is not weak and is a maximum along its own direction.

    Its length is compared with those one pixel further to either side, interpolated between the neighbour along the
    gradient's larger component and the diagonal neighbour.

    Args:
        down: [n, h, w], the gradient along the rows.
        right: [n, h, w], the gradient along the columns.
        strength: [n, h, w], the gradient's length.

    Returns:
        [n, h, w]; False on the border.
    """
    candidate = strength >= LOW
    candidate[:, [0, -1]] = False
    candidate[:, :, [0, -1]] = False
    place = np.flatnonzero(candidate)
    y, x, length, flat = down.flat[place], right.flat[place], strength.flat[place], strength.ravel()

    height, width = np.abs(y), np.abs(x)
    step_row = strength.shape[2]
    same_sign = y * x >= 0
    diagonal = np.where(same_sign, step_row + 1, 1 - step_row)
    steep = height > width
    straight = np.where(steep, np.where(same_sign, step_row, -step_row), 1)
    share = np.where(steep, width, height) / np.where(steep, height, width)

    ridge = np.ones(len(place), dtype=bool)
    for side in (1, -1):
        ridge &= flat[place + side * diagonal] * share + flat[place + side * straight] * (1 - share) <= length
    thin = np.zeros(strength.shape, dtype=bool)
    thin.flat[place[ridge]] = True
    return thin
