"""Affine maps of images about their centre, with bilinear sampling."""

import math

import numpy as np
import scipy.sparse
from numpy.typing import NDArray


def signs(count: int, axes: int, generator: np.random.Generator) -> NDArray[np.int64]:
    """Return [count, axes] of -1 or 1, each with probability one half."""
    return np.where(generator.random((count, axes), dtype=np.float32) < 0.5, -1, 1)


def warp(images: NDArray[np.floating], inverse: NDArray[np.floating]) -> NDArray[np.floating]:
    """Sample all images at the places that one linear map about the centre sends their pixels to.

    Args:
        images: [n, h, w] or [n, h, w, c].
        inverse: [2, 2], from the (column, row) of an output pixel to that of the input, both counted from the centre.

    Returns:
        The shape and type of `images`; pixels outside of the input count as 0.
    """
    # The map is the same for all images: as a sparse matrix over the pixels, it takes four products a pixel.
    return mix_pixels(images, bilinear(images.shape[1], images.shape[2], inverse).astype(images.dtype))


def mix_pixels(images: NDArray[np.floating], weights: scipy.sparse.csr_array) -> NDArray[np.floating]:
    """Return the images [n, h, w] or [n, h, w, c] whose pixels are sums of all pixels, weighted by [h * w, h * w]."""
    n, height, width = images.shape[:3]
    channels = math.prod(images.shape[3:])
    pixels = np.moveaxis(images.reshape(n, height * width, channels), 0, 1).reshape(height * width, n * channels)
    mixed = weights @ pixels
    moved: NDArray[np.floating] = np.moveaxis(mixed.reshape(height * width, n, channels), 1, 0).reshape(images.shape)
    return moved


def warp_either_way(
    images: NDArray[np.floating], inverses: tuple[NDArray[np.floating], NDArray[np.floating]], way: NDArray[np.int64]
) -> NDArray[np.floating]:
    """Return `warp` of each image with the first map where `way` [n] is negative, with the second where it is not."""
    warped = np.empty_like(images)
    for chosen, inverse in zip((way < 0, way >= 0), inverses, strict=True):
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
