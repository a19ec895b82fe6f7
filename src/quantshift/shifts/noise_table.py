"""Fast noise for bytes whose distribution depends only on the byte's value.

The noise is a transition matrix: row k holds the probabilities of the 256 bytes that byte k may become. Its alias table
splits each row into 256 bins of equal probability, each shared by at most two bytes, so that one random number and one
look-up draw a byte from any distribution.

Source: Walker, An efficient method for generating discrete random variables with general distributions, ACM TOMS 3 (3),
1977.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import special

BYTES = 256
# Of a random number, eight bits choose the bin and 24 bits choose between its two bytes.
_FRACTION = 24


def gaussian(deviation: NDArray[np.floating] | float) -> NDArray[np.float64]:
    """Return the transition matrix [256, 256] of Gaussian noise, rounded and clipped to bytes.

    Args:
        deviation: standard deviation on the scale 0..1, one for all bytes or one for each, [256].
    """
    # Limits between values that are rounded to different bytes; values outside of 0..255 are clipped.
    limits = np.concatenate([[-np.inf], np.arange(BYTES - 1) + 0.5, [np.inf]])
    scale = np.broadcast_to(np.maximum(np.asarray(deviation, np.float64), 1e-9) * 255, (BYTES,))
    below = special.ndtr((limits - np.arange(BYTES)[:, None]) / scale[:, None])
    matrix: NDArray[np.float64] = np.diff(below, axis=1)
    return matrix


def shot(photons: float) -> NDArray[np.float64]:
    """Return the transition matrix [256, 256] of a Poisson count over `photons`, the mean of white, in bytes."""
    # All counts of at least `photons` are white.
    counts = np.arange(int(np.ceil(photons)) + 1)
    below = special.pdtr(counts[:-1], np.arange(BYTES)[:, None] / 255 * photons)
    probabilities = np.diff(below, axis=1, prepend=0, append=1)
    byte = np.floor(np.minimum(counts / photons, 1) * 255 + 0.5).astype(np.int64)
    matrix: NDArray[np.float64] = probabilities @ np.eye(BYTES)[byte]
    return matrix


def impulse(amount: float) -> NDArray[np.float64]:
    """Return the transition matrix [256, 256] of salt and pepper: a share `amount` becomes 0 or 255, half each."""
    matrix = (1 - amount) * np.eye(BYTES)
    matrix[:, [0, -1]] += amount / 2
    return matrix


def alias_table(matrix: NDArray[np.float64]) -> NDArray[np.uint32]:
    """Return the alias table of a transition matrix, [256 * 256]: an entry for each byte and bin.

    Bin b of a byte yields b with the probability `(entry >> 8) / 2**24`, and the byte `entry & 255` otherwise.
    """
    rows, last = np.arange(BYTES), BYTES - 1
    mass = matrix / matrix.sum(axis=1, keepdims=True) * BYTES  # of each byte, in bins
    # Sort bytes that fill less than their bin first. The rest of their bins goes to a giver, a byte that fills more
    # than its bin; when a giver has too little left for its own bin, the rest of that bin goes to the next giver.
    order = np.argsort(mass >= 1, axis=1, kind="stable")
    poor = (mass < 1).sum(axis=1)
    small, large = np.zeros_like(poor), np.minimum(poor, last)
    giver = order[rows, large]
    left = mass[rows, giver]
    share, other = np.ones((BYTES, BYTES)), np.tile(rows, (BYTES, 1))
    for _ in range(BYTES):  # each step fills one bin of each row
        spent = (left < 1) & (large < last)
        taking = ~spent & (small < poor)
        following = order[rows, np.minimum(large + 1, last)]
        filled = np.where(taking, order[rows, small], giver)
        own = np.where(taking, mass[rows, filled], left)
        share[rows, filled] = own
        other[rows, filled] = np.where(taking, giver, following)
        left = np.where(taking, left, mass[rows, following]) - np.where(taking | spent, 1 - own, 0)
        giver = np.where(taking, giver, following)
        small = np.minimum(small + taking, last)
        large = np.minimum(large + ~taking, last)
    # A share of 1 does not fit into 24 bits; set it to 0 and make the other byte the same.
    full = share >= 1 - 2.0**-_FRACTION
    whole = np.where(full, 0, np.rint(share.clip(0, 1) * 2**_FRACTION)).astype(np.uint32)
    packed: NDArray[np.uint32] = whole << np.uint32(8) | np.where(full, rows, other).astype(np.uint32)
    return packed.ravel()


def draw(images: NDArray[np.uint8], table: NDArray[np.uint32], generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return the noisy `images` [n, ...], each byte drawn independently from an `alias_table`."""
    n, values = len(images), int(np.prod(images.shape[1:]))
    # One draw gives two numbers; each image has separate draws, so that the batch size does not matter.
    drawn = generator.integers(0, 2**64, (n, (values + 1) // 2), dtype=np.uint64).view(np.uint32)[:, :values]
    bins = drawn >> np.uint32(_FRACTION)
    place = images.reshape(n, values).astype(np.intp)
    place <<= 8
    place |= bins
    entry = table.take(place, mode="clip")  # "clip" is faster; no index is out of range
    own = (drawn & np.uint32(2**_FRACTION - 1)) < (entry >> np.uint32(8))
    np.copyto(entry, bins, where=own)
    return entry.astype(np.uint8).reshape(images.shape)
