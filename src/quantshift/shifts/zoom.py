"""Enlarging the centre of square images, bilinearly."""

import math

import numpy as np
import scipy.sparse
from numpy.typing import NDArray


def weights(side: int, factor: float) -> NDArray[np.float64]:
    """Return the weights [side, crop] of the enlarged pixels of an axis, of its `crop` central ones.

    These `ceil(side / factor)` pixels are sampled at `round(crop * factor)` places from the centre of the first to that
    of the last one, and the middle `side` samples are kept.

    Source: Hendrycks and Dietterich, arXiv 1903.12261 (zoom blur, snow).
    """
    crop = math.ceil(side / factor)
    size = round(crop * factor)
    places = np.linspace(0, crop - 1, size)[(size - side) // 2 :][:side]
    near = np.minimum(places.astype(np.int64), max(crop - 2, 0))
    taken = np.zeros((side, crop))
    output = np.arange(side)
    taken[output, near] = 1 - (places - near)
    taken[output, np.minimum(near + 1, crop - 1)] += places - near
    return taken


def start(side: int, factor: float) -> int:
    """Return the first of the central pixels that are enlarged."""
    return (side - math.ceil(side / factor)) // 2


def blur(side: int, factors: NDArray[np.floating]) -> scipy.sparse.csr_array:
    """Return the weights [side**2, side**2] of the mean of an image and all its enlargements, over the pixels."""
    total = scipy.sparse.eye_array(side * side, format="csr")
    for factor in factors:
        axis = np.zeros((side, side))
        first = start(side, factor)
        taken = weights(side, factor)
        axis[:, first : first + taken.shape[1]] = taken
        one = scipy.sparse.csr_array(axis)
        total = total + scipy.sparse.kron(one, one, format="csr")
    return scipy.sparse.csr_array(total / (len(factors) + 1))
