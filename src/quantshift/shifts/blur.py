"""Gaussian, motion and glass blur of many images at once. Images are [n, h, w] or [n, h, w, c]."""

import math

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage


def gaussian(images: NDArray[np.floating], sigma: float) -> NDArray[np.floating]:
    """Blur each image with a Gaussian of `sigma` pixels, cut at 4 sigma; the border pixels are repeated outwards."""
    blurred: NDArray[np.floating] = ndimage.gaussian_filter(images, sigma, mode="nearest", axes=(1, 2))
    return blurred


def motion(
    images: NDArray[np.floating], radius: int, sigma: float, degrees: NDArray[np.floating]
) -> NDArray[np.floating]:
    """Smear each image along a direction of its own, with one side of a Gaussian.

    A pixel is the weighted mean of the pixels 0, 1, ..., 2 * radius steps away in the direction (to the right and
    `degrees` downwards), each the nearest to its place. The border pixels are repeated outwards.

    Args:
        images: [n, h, w] or [n, h, w, c].
        radius: in pixels.
        sigma: of the Gaussian, in pixels.
        degrees: [n], in -180..180.
    """
    steps = np.arange(2 * radius + 1)
    weights = np.exp(-(steps**2) / (2 * sigma**2)).astype(np.float32)
    weights /= weights.sum()
    # In the order of their directions, images that share a step's offset stand together, so a step costs few slices.
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

    In each round every pixel (h, w) with delta < h <= height - delta, the columns alike, is visited from the bottom
    right to the top left, and with probability `chance` swapped with one at -delta..delta-1 from it in both axes.

    Args:
        images: [n, h, w] or [n, h, w, c], in 0..1.
        sigma: of both Gaussian blurs, in pixels.
        delta: the reach of a swap, in pixels.
        rounds: how often all pixels are visited.
        chance: 0..1.
        generator: draws the swaps.
    """
    n, height, width = images.shape[:3]
    channels = math.prod(images.shape[3:])
    rows, columns = range(height - delta, delta, -1), range(width - delta, delta, -1)
    visits = rounds * len(rows) * len(columns)
    # One number says both whether a pixel is swapped (below 1) and with which neighbour.
    draw = (generator.random((n, visits), dtype=np.float32) / chance).T
    neighbour = (np.minimum(draw, 1 - 2**-24) * (2 * delta) ** 2).astype(np.int64)
    offset = (neighbour // (2 * delta) - delta) * width + neighbour % (2 * delta) - delta

    # A visit is a step for all images together: pixels lead, so that each is one run of memory.
    pixels = np.moveaxis(gaussian(images, sigma).reshape(n, height * width, channels), 0, 1).copy()
    image = np.arange(n)
    visited = [row * width + column for _ in range(rounds) for row in rows for column in columns]
    for visit, here in enumerate(visited):
        there = np.where(draw[visit] < 1, here + offset[visit], here)
        held = pixels[here].copy()
        pixels[here] = pixels[there, image]
        pixels[there, image] = held
    return gaussian(np.moveaxis(pixels, 1, 0).reshape(images.shape), sigma)


def scatter(images: NDArray[np.floating], rounds: int, generator: np.random.Generator) -> NDArray[np.floating]:
    """Let each pixel take the value of a near one: itself, that above, that to the left, or the one between, at random.

    Pixels in the first two rows and columns stay as they are.

    Args:
        images: [n, h, w, c].
        rounds: how often all pixels take another's value.
        generator: draws whose.
    """
    n, height, width, channels = images.shape
    rows, columns = height - 2, width - 2
    chosen = generator.integers(0, 4, (n, rounds, rows, columns), dtype=np.uint8)
    offsets = np.array([0, -1, -width, -width - 1])
    inner = (np.arange(2, height)[:, None] * width + np.arange(2, width)).astype(np.intp)
    first = np.arange(n)[:, None, None] * (height * width)
    scattered = images.copy()
    for turn in range(rounds):
        taken = scattered.reshape(-1, channels).take(offsets[chosen[:, turn]] + (inner + first), axis=0, mode="clip")
        scattered[:, 2:, 2:] = taken
    return scattered
