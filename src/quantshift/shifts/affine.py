"""Affine maps of images around their centre, with bilinear sampling."""

import math

import numpy as np
import scipy.sparse
from numpy.typing import NDArray


def signs(count: int, axes: int, generator: np.random.Generator) -> NDArray[np.int64]:
    """Return random signs [count, axes], -1 or 1 with probability one half each."""
    return np.where(generator.random((count, axes), dtype=np.float32) < 0.5, -1, 1)


def warp(images: NDArray[np.floating], inverse: NDArray[np.floating]) -> NDArray[np.floating]:
    """Warp all images by one linear map around the centre.

    Args:
        images: [n, h, w] or [n, h, w, c].
        inverse: [2, 2], maps the (column, row) of an output pixel to that of the input, both relative to the centre.

    Returns:
        Warped images with the shape and type of `images`; pixels outside of the input count as 0.
    """
    # The map is the same for all images: as a sparse matrix over the pixels it needs four products per pixel.
    return mix_pixels(images, bilinear(images.shape[1], images.shape[2], inverse).astype(images.dtype))


def mix_pixels(images: NDArray[np.floating], weights: scipy.sparse.csr_array) -> NDArray[np.floating]:
    """Return images [n, h, w] or [n, h, w, c] with each pixel replaced by a weighted sum; weights [h * w, h * w]."""
    n, height, width = images.shape[:3]
    channels = math.prod(images.shape[3:])
    pixels = np.moveaxis(images.reshape(n, height * width, channels), 0, 1).reshape(height * width, n * channels)
    sums = weights @ pixels
    mixed: NDArray[np.floating] = np.moveaxis(sums.reshape(height * width, n, channels), 1, 0).reshape(images.shape)
    return mixed


def warp_by_sign(
    images: NDArray[np.floating], inverses: tuple[NDArray[np.floating], NDArray[np.floating]], sign: NDArray[np.int64]
) -> NDArray[np.floating]:
    """Return each image warped by the first map if its `sign` [n] is negative, by the second map otherwise."""
    warped = np.empty_like(images)
    for chosen, inverse in zip((sign < 0, sign >= 0), inverses, strict=True):
        warped[chosen] = warp(images[chosen], inverse)
    return warped


def bilinear(height: int, width: int, inverse: NDArray[np.floating]) -> scipy.sparse.csr_array:
    """Return the [height * width, height * width] matrix of bilinear sampling that `warp` applies."""
    row, column = np.indices((height, width)).reshape(2, -1)
    centre = np.array([[(width - 1) / 2], [(height - 1) / 2]])
    source_column, source_row = inverse @ (np.stack([column, row]) - centre) + centre
    output = np.arange(height * width)
    weights, outputs, inputs = [], [], []
    for step_row in (0, 1):
        for step_column in (0, 1):
            near_row = np.floor(source_row).astype(np.int64) + step_row
            near_column = np.floor(source_column).astype(np.int64) + step_column
            inside = (near_row >= 0) & (near_row < height) & (near_column >= 0) & (near_column < width)
            weight = (1 - np.abs(source_row - near_row)) * (1 - np.abs(source_column - near_column))
            weights.append(weight[inside])
            outputs.append(output[inside])
            inputs.append((near_row * width + near_column)[inside])
    return scipy.sparse.csr_array(
        (np.concatenate(weights), (np.concatenate(outputs), np.concatenate(inputs))), shape=(output.size, output.size)
    )
