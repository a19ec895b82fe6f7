"""Bilinear enlargement of the centre of square images."""

import math

import numpy as np
import scipy.sparse
from numpy.typing import NDArray


def weights(side: int, factor: float) -> NDArray[np.float64]:
    """Return the weights [side, crop] that enlarge the `crop` central pixels of an axis to `side` pixels.

    The `crop = ceil(side / factor)` pixels are sampled at `round(crop * factor)` positions from the centre of the first
    to the centre of the last pixel; the middle `side` samples are used.

    Source: Hendrycks and Dietterich, arXiv 1903.12261 (zoom blur, snow).
    """
    crop = math.ceil(side / factor)
    size = round(crop * factor)
    places = np.linspace(0, crop - 1, size)[(size - side) // 2 :][:side]
    near = np.minimum(places.astype(np.int64), max(crop - 2, 0))
    matrix = np.zeros((side, crop))
    output = np.arange(side)
    matrix[output, near] = 1 - (places - near)
    matrix[output, np.minimum(near + 1, crop - 1)] += places - near
    return matrix


def start(side: int, factor: float) -> int:
    """Return the first of the central pixels that are enlarged."""
    return (side - math.ceil(side / factor)) // 2


def blur(side: int, factors: NDArray[np.floating]) -> scipy.sparse.csr_array:
    """Return the weights [side**2, side**2] of the mean of an image and all its enlargements, over the pixels."""
    total = scipy.sparse.eye_array(side * side, format="csr")
    for factor in factors:
        axis = np.zeros((side, side))
        first = start(side, factor)
        matrix = weights(side, factor)
        axis[:, first : first + matrix.shape[1]] = matrix
        sparse = scipy.sparse.csr_array(axis)
        total = total + scipy.sparse.kron(sparse, sparse, format="csr")
    return scipy.sparse.csr_array(total / (len(factors) + 1))


def affine_map(side: int, factor: float) -> NDArray[np.float64]:
    """Return the map [2, 3] from pixels of an enlarged image to pixels of the image, as `weights` samples an axis."""
    crop = math.ceil(side / factor)
    size = round(crop * factor)
    step = (crop - 1) / max(size - 1, 1)
    first = start(side, factor) + step * ((size - side) // 2)
    return np.array([[step, 0, first], [0, step, first]])
