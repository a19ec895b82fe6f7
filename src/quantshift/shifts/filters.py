"""Small linear filters of image stacks with OpenCV, which filters a stack as one tall image.

Images are [n, h, w] or [n, h, w, 3], uint8 or float32. Borders have the names of `numpy.pad`.
"""

from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

Border = Literal["edge", "reflect", "symmetric"]

_BORDERS: dict[Border, int] = {
    "edge": cv2.BORDER_REPLICATE,
    "reflect": cv2.BORDER_REFLECT_101,
    "symmetric": cv2.BORDER_REFLECT,
}


def gaussian_weights(sigma: float, truncate: float = 4) -> NDArray[np.float64]:
    """Return the weights of a Gaussian of `sigma` pixels, truncated at `truncate` sigmas; their sum is 1."""
    radius = int(truncate * sigma + 0.5)
    weights = np.exp(-0.5 * (np.arange(-radius, radius + 1) / max(sigma, 1e-9)) ** 2)
    normalised: NDArray[np.float64] = weights / weights.sum()
    return normalised


def gaussian(images: NDArray[np.uint8] | NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    """Return the images, float32, blurred by a Gaussian of `sigma` pixels, cut at 4 sigmas; borders are repeated."""
    weights = gaussian_weights(sigma)
    if len(weights) == 1:
        return images.astype(np.float32)
    margin = len(weights) // 2
    tall = stacked(images, margin, "edge")
    blurred = cv2.sepFilter2D(tall, cv2.CV_32F, weights, weights, borderType=_BORDERS["edge"])
    return unstacked(np.asarray(blurred, np.float32), images, margin)


def correlate(
    images: NDArray[np.uint8] | NDArray[np.float32], weights: NDArray[np.floating], border: Border
) -> NDArray[np.float32]:
    """Return the images, float32, correlated with `weights` [2 r + 1, 2 r + 1]."""
    margin = len(weights) // 2
    tall = stacked(images, margin, border)
    summed = cv2.filter2D(tall, cv2.CV_32F, weights, borderType=_BORDERS[border])
    return unstacked(np.asarray(summed, np.float32), images, margin)


def stacked(images: NDArray[np.uint8] | NDArray[np.float32], margin: int, border: Border) -> NDArray[Any]:
    """Return the images stacked vertically, each padded by `margin` pixels on all sides."""
    wide = ((0, 0), (margin, margin), *((0, 0),) * (images.ndim - 2))
    padded: NDArray[Any] = np.pad(images, wide, mode=border)
    return padded.reshape(-1, *images.shape[2:])


def unstacked(
    tall: NDArray[np.float32], images: NDArray[np.uint8] | NDArray[np.float32], margin: int
) -> NDArray[np.float32]:
    """Split the tall image that `stacked` made of `images` into single images without margins."""
    n, height = images.shape[:2]
    return tall.reshape(n, height + 2 * margin, *images.shape[2:])[:, margin : margin + height]
