"""Noise whose law depends on a byte's value alone, drawn from tables.

A law is a matrix: row k holds the probabilities of the 256 bytes that a byte k may become. Its table (the alias method)
splits each row into 256 bins of the same probability, each shared by at most two bytes, so that one random number and
one look-up draw a byte, whatever the law.

Source: Walker, An efficient method for generating discrete random variables with general distributions, ACM TOMS 3 (3),
1977.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import special

BYTES = 256
# A random number is eight bits that choose the bin and 24 that choose between its two bytes.
_FRACTION = 24


def gaussian(deviation: NDArray[np.floating] | float) -> NDArray[np.float64]:
    """Return the law [256, 256] of a Gaussian error, rounded and clipped to bytes.

    Args:
        deviation: its standard deviation on the scale 0..1, for all bytes or for each, [256].
    """
    # The limits between the bytes that a value is rounded to; what lies beyond the ends is clipped to them.
    limits = np.concatenate([[-np.inf], np.arange(BYTES - 1) + 0.5, [np.inf]])
    scale = np.broadcast_to(np.maximum(np.asarray(deviation, np.float64), 1e-9) * 255, (BYTES,))
    below = special.ndtr((limits - np.arange(BYTES)[:, None]) / scale[:, None])
    law: NDArray[np.float64] = np.diff(below, axis=1)
    return law


def shot(photons: float) -> NDArray[np.float64]:
    """Return the law [256, 256] of a Poisson count over `photons`, the mean count of white, rounded and clipped."""
    # All counts from `photons` on are white.
    counts = np.arange(int(np.ceil(photons)) + 1)
    below = special.pdtr(counts[:-1], np.arange(BYTES)[:, None] / 255 * photons)
    chances = np.diff(below, axis=1, prepend=0, append=1)
    byte = np.floor(np.minimum(counts / photons, 1) * 255 + 0.5).astype(np.int64)
    law: NDArray[np.float64] = chances @ np.eye(BYTES)[byte]
    return law


def impulse(amount: float) -> NDArray[np.float64]:
    """Return the law [256, 256] of salt and pepper: a share `amount` of the values is set, half to 0, half to 255."""
    law = (1 - amount) * np.eye(BYTES)
    law[:, [0, -1]] += amount / 2
    return law


def table(law: NDArray[np.float64]) -> NDArray[np.uint32]:
    """Return the table of a law, [256 * 256]: for each byte and bin, the bin's own share and its other byte.

    The bin b of a byte is taken by b with the probability `(entry >> 8) / 2**24`, and else by the byte `entry & 255`.
    """
    rows, last = np.arange(BYTES), BYTES - 1
    mass = law / law.sum(axis=1, keepdims=True) * BYTES  # of each byte, in bins
    # Those that fill less than their bin come first. Each gets the rest from a giver, one that fills more; a giver with
    # too little left to fill its own bin gets the rest from the next giver.
    order = np.argsort(mass >= 1, axis=1, kind="stable")
    poor = (mass < 1).sum(axis=1)
    small, large = np.zeros_like(poor), np.minimum(poor, last)
    giver = order[rows, large]
    left = mass[rows, giver]
    share, other = np.ones((BYTES, BYTES)), np.tile(rows, (BYTES, 1))
    for _ in range(BYTES):  # one bin of each row is filled
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
    # A share of the whole bin cannot be written; it is left to the other byte, the same one.
    full = share >= 1 - 2.0**-_FRACTION
    whole = np.where(full, 0, np.rint(share.clip(0, 1) * 2**_FRACTION)).astype(np.uint32)
    packed: NDArray[np.uint32] = whole << np.uint32(8) | np.where(full, rows, other).astype(np.uint32)
    return packed.ravel()


def draw(images: NDArray[np.uint8], laws: NDArray[np.uint32], generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return the bytes that `images` [n, ...] become, each drawn by itself from a `table`."""
    n, values = len(images), int(np.prod(images.shape[1:]))
    # Two numbers in one draw; an image's draws are its own, so that batches do not matter.
    drawn = generator.integers(0, 2**64, (n, (values + 1) // 2), dtype=np.uint64).view(np.uint32)[:, :values]
    bins = drawn >> np.uint32(_FRACTION)
    place = images.reshape(n, values).astype(np.intp)
    place <<= 8
    place |= bins
    entry = laws.take(place, mode="clip")  # which is faster; none is outside
    own = (drawn & np.uint32(2**_FRACTION - 1)) < (entry >> np.uint32(8))
    np.copyto(entry, bins, where=own)
    return entry.astype(np.uint8).reshape(images.shape)
