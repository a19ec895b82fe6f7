"""Elastic maps of square colour images: a random affine map, then a smooth random displacement field.

Source: Simard, Steinkraus and Platt, Best practices for convolutional neural networks, ICDAR 2003; with the affine map:
Hendrycks and Dietterich, arXiv 1903.12261.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from quantshift.shifts.filters import gaussian_weights


def corners(side: int) -> NDArray[np.float64]:
    """Return three points around the centre of an image, [3, 2], column and row in pixels."""
    centre, reach = side // 2, side // 3
    return np.array(
        [[centre + reach, centre + reach], [centre + reach, centre - reach], [centre - reach] * 2], np.float64
    )


def affine_maps(side: int, moves: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the affine maps [n, 2, 3] that move the three `corners` by `moves` [n, 3, 2], in pixels."""
    points = corners(side)
    before = np.concatenate([points, np.ones((3, 1))], axis=1)
    return np.linalg.solve(before, points + moves).transpose(0, 2, 1)


def smoothing(side: int, sigma: float) -> NDArray[np.float32]:
    """Return the weights [side, side] of a Gaussian blur of an axis, truncated at 3 sigma and mirrored at its ends."""
    weights = gaussian_weights(sigma, truncate=3)
    margin = len(weights) // 2
    mirrored = np.pad(np.arange(side), margin, mode="symmetric")
    blur = np.zeros((side, side))
    for offset, weight in enumerate(weights):
        np.add.at(blur, (np.arange(side), mirrored[offset : offset + side]), weight)
    return blur.astype(np.float32)


def warp(
    images: NDArray[np.uint8], alpha: float, sigma: float, reach: float, generator: np.random.Generator
) -> NDArray[np.float32]:
    """Return the images, float32 on the scale of `images`, each after its own elastic map.

    Args:
        images: [n, side, side, c].
        alpha: factor on the smoothed displacements, which are drawn from -1..1, in pixels.
        sigma: sigma of the displacements' blur, in pixels.
        reach: largest move of the corners of the affine map along each axis, in pixels.
        generator: random generator of the corners' moves and the displacements.

    Both maps sample bilinearly in steps of 1/32 pixel and mirror the image at its border.
    """
    n, side = images.shape[:2]
    fields = 2 * side * side if alpha else 0
    drawn = generator.random((n, 6 + fields), dtype=np.float32) * 2 - 1
    maps = affine_maps(side, drawn[:, :6].reshape(n, 3, 2) * reach)
    warped = np.empty(images.shape, np.float32)
    for source, target, affine_map in zip(images, warped, maps, strict=True):
        values = source.astype(np.float32)
        cv2.warpAffine(values, affine_map, (side, side), dst=target, borderMode=cv2.BORDER_REFLECT_101)
    if not alpha:
        return warped
    blur = smoothing(side, sigma)
    places = blur @ drawn[:, 6:].reshape(n, 2, side, side) @ blur.T * np.float32(alpha)
    places[:, 0] += np.arange(side, dtype=np.float32)
    places[:, 1] += np.arange(side, dtype=np.float32)[:, None]
    displaced = np.empty_like(warped)
    for source, target, (column, row) in zip(warped, displaced, places, strict=True):
        cv2.remap(source, column, row, cv2.INTER_LINEAR, dst=target, borderMode=cv2.BORDER_REFLECT)
    return displaced
