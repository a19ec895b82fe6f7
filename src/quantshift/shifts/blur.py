"""Gaussian, motion and glass blur of many images at once. Images are [n, h, w] or [n, h, w, c]."""

import math

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage


def gaussian(images: NDArray[np.floating], sigma: float) -> NDArray[np.floating]:
    """Blur each image with a Gaussian of `sigma` pixels, truncated at 4 sigma; border pixels are repeated."""
    blurred: NDArray[np.floating] = ndimage.gaussian_filter(images, sigma, mode="nearest", axes=(1, 2))
    return blurred


def motion(
    images: NDArray[np.floating], radius: int, sigma: float, degrees: NDArray[np.floating]
) -> NDArray[np.floating]:
    """Smear each image along its own direction with a one-sided Gaussian.

    A pixel becomes the weighted mean of the pixels nearest to the points 0, 1, ..., 2 * radius steps away in the
    direction of its image (to the right, turned downwards by `degrees`). Border pixels are repeated.

    Args:
        images: [n, h, w] or [n, h, w, c].
        radius: half the length of the smear, in pixels.
        sigma: sigma of the Gaussian, in pixels.
        degrees: [n], the directions, in -180..180.
    """
    steps = np.arange(2 * radius + 1)
    weights = np.exp(-(steps**2) / (2 * sigma**2)).astype(np.float32)
    weights /= weights.sum()
    # Sorted by direction, images that share a step's offset are adjacent, so a step needs few slices.
    order = np.argsort(degrees, kind="stable")
    radians = np.deg2rad(degrees[order])
    columns = np.ceil(np.outer(steps, np.cos(radians)) - 0.5).astype(np.int64)
    rows = np.ceil(np.outer(steps, np.sin(radians)) - 0.5).astype(np.int64)

    margin = 2 * radius
    height, width = images.shape[1:3]
    edge = ((0, 0), (margin, margin), (margin, margin)) + ((0, 0),) * (images.ndim - 3)
    padded = np.pad(images[order], edge, mode="edge")
    smeared = np.zeros_like(images)
    for step, weight in enumerate(weights):
        offsets = np.stack([rows[step], columns[step]])
        changes = np.flatnonzero(np.any(np.diff(offsets, axis=1), axis=0)) + 1
        for start, stop in zip([0, *changes], [*changes, len(images)], strict=True):
            row, column = offsets[:, start] + margin
            smeared[start:stop] += weight * padded[start:stop, row : row + height, column : column + width]
    unordered = np.empty_like(smeared)
    unordered[order] = smeared
    return unordered


def glass(
    images: NDArray[np.floating], sigma: float, delta: int, rounds: int, chance: float, generator: np.random.Generator
) -> NDArray[np.floating]:
    """Blur, shuffle pixels locally, blur again.

    Each round visits every pixel (h, w) with delta < h <= height - delta, and likewise for w, from the bottom right to
    the top left, and swaps it with probability `chance` with a pixel at -delta..delta-1 from it in both axes.

    Args:
        images: [n, h, w] or [n, h, w, c], in 0..1.
        sigma: sigma of both Gaussian blurs, in pixels.
        delta: reach of a swap, in pixels.
        rounds: number of rounds.
        chance: probability of a swap, 0..1.
        generator: random generator of the swaps.
    """
    n, height, width = images.shape[:3]
    channels = math.prod(images.shape[3:])
    rows, columns = range(height - delta, delta, -1), range(width - delta, delta, -1)
    visits = rounds * len(rows) * len(columns)
    # One random number decides both whether a pixel is swapped (below 1) and with which neighbour.
    draw = (generator.random((n, visits), dtype=np.float32) / chance).T
    neighbour = (np.minimum(draw, 1 - 2**-24) * (2 * delta) ** 2).astype(np.int64)
    offset = (neighbour // (2 * delta) - delta) * width + neighbour % (2 * delta) - delta

    # Each visit handles all images at once: pixels are the first axis, so that each is contiguous in memory.
    pixels = np.moveaxis(gaussian(images, sigma).reshape(n, height * width, channels), 0, 1).copy()
    image = np.arange(n)
    visited = [row * width + column for _ in range(rounds) for row in rows for column in columns]
    for visit, here in enumerate(visited):
        there = np.where(draw[visit] < 1, here + offset[visit], here)
        swapped = pixels[here].copy()
        pixels[here] = pixels[there, image]
        pixels[there, image] = swapped
    return gaussian(np.moveaxis(pixels, 1, 0).reshape(images.shape), sigma)


def scatter(images: NDArray[np.floating], rounds: int, generator: np.random.Generator) -> NDArray[np.floating]:
    """Replace each pixel at random by itself or by its neighbour above, to the left, or above to the left.

    Pixels in the first two rows and columns do not change.

    Args:
        images: [n, h, w, c].
        rounds: number of times that all pixels are replaced.
        generator: random generator of the neighbours.
    """
    n, height, width, channels = images.shape
    rows, columns = height - 2, width - 2
    chosen = generator.integers(0, 4, (n, rounds, rows, columns), dtype=np.uint8)
    offsets = np.array([0, -1, -width, -width - 1])
    inner = (np.arange(2, height)[:, None] * width + np.arange(2, width)).astype(np.intp)
    first = np.arange(n)[:, None, None] * (height * width)
    scattered = images.copy()
    for turn in range(rounds):
        places = offsets[chosen[:, turn]] + (inner + first)
        scattered[:, 2:, 2:] = scattered.reshape(-1, channels).take(places, axis=0, mode="clip")
    return scattered


def scatter_far(
    images: NDArray[np.float32], reach: int, rounds: int, generator: np.random.Generator
) -> NDArray[np.float32]:
    """Replace each pixel at random by one at -reach..reach - 1 from it in both axes, except at the border.

    Args:
        images: [n, h, w, c].
        reach: largest distance along an axis, in pixels.
        rounds: number of times that all pixels are replaced.
        generator: random generator of the neighbours.
    """
    n, height, width, channels = images.shape
    rows, columns = np.arange(reach, height - reach), np.arange(reach, width - reach)
    inner = (rows[:, None] * width + columns).astype(np.intp)
    first = np.arange(n)[:, None, None] * (height * width)
    # The numbers of one image come before those of the next, so that the batch size does not matter.
    drawn = generator.integers(-reach, reach, (n, rounds, 2, *inner.shape), dtype=np.int16)
    scattered = images
    for turn in range(rounds):
        places = inner + first + drawn[:, turn, 0].astype(np.intp) * width + drawn[:, turn, 1]
        replaced = scattered.copy()
        replaced[:, reach : height - reach, reach : width - reach] = scattered.reshape(-1, channels)[places]
        scattered = replaced
    return scattered
