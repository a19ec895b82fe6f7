"""Plasma fractals: clouds made by the diamond-square algorithm."""

import numpy as np
from numpy.typing import NDArray

# The map has 2**LEVELS pixels a side and closes to a torus. Its extremes are measured at every 2**FINE-th pixel, and
# only the requested part is refined further: the last levels add little and would be most of the work.
LEVELS = 8
FINE = 2
# Noise reaches one point further at each level, in total less than two coarse points: a margin of this width contains
# the seam where the refined part is wrongly closed to a torus.
MARGIN = 2


def plasma(count: int, height: int, width: int, decay: float, generator: np.random.Generator) -> NDArray[np.float32]:
    """Return the upper left corners of `count` plasma fractals of 256 x 256 pixels.

    Each level halves the distance between the points: the centre of each square, then of each diamond, is the mean of
    its four corners plus uniform noise, whose amplitude is divided by `decay` squared from one level to the next.

    Args:
        count: number of maps.
        height: height in pixels, up to 240.
        width: width in pixels, up to 240.
        decay: above 1; larger values give smoother maps.
        generator: random generator of the noise.

    Returns:
        [count, height, width], in 0..1, where 0 and 1 are the extremes of the whole map.

    Source: Fournier, Fussell and Carpenter, Computer rendering of stochastic models, 1982; as fog: Hendrycks and
    Dietterich, arXiv 1903.12261.
    """
    rows, columns = (-(-side // 2**FINE) + 2 * MARGIN for side in (height, width))
    amplitudes = decay ** (-2.0 * np.arange(LEVELS))
    for_map, for_part = 4 ** (LEVELS - FINE) - 1, rows * columns * (4**FINE - 1)
    noise = generator.random((count, for_map + for_part), dtype=np.float32) * 2 - 1

    whole = refine(np.zeros((count, 1, 1), dtype=np.float32), noise[:, :for_map], amplitudes[:-FINE])
    near = whole[:, np.arange(rows) - MARGIN][:, :, np.arange(columns) - MARGIN]
    start = MARGIN * 2**FINE
    part = refine(near, noise[:, for_map:], amplitudes[-FINE:])[:, start : start + height, start : start + width]

    lowest = np.minimum(whole.min(axis=(1, 2)), part.min(axis=(1, 2)))[:, None, None]
    highest = np.maximum(whole.max(axis=(1, 2)), part.max(axis=(1, 2)))[:, None, None]
    scaled: NDArray[np.float32] = (part - lowest) / (highest - lowest)
    return scaled


def refine(
    points: NDArray[np.float32], noise: NDArray[np.float32], amplitudes: NDArray[np.floating]
) -> NDArray[np.float32]:
    """Return the tori `points` [n, h, w] refined to twice the points per side for each of `amplitudes`.

    `noise`, in -1..1, has three values per image for each point that exists before a level, level after level.
    """
    used = 0
    for amplitude in amplitudes:
        n, height, width = points.shape
        stop = used + 3 * height * width
        drawn = noise[:, used:stop].reshape(n, 3, height, width) * np.float32(amplitude)
        used = stop

        beside = points + np.roll(points, -1, axis=2)
        below = points + np.roll(points, -1, axis=1)
        centre = (beside + np.roll(beside, -1, axis=1)) / 4 + drawn[:, 0]
        finer = np.empty((n, 2 * height, 2 * width), dtype=np.float32)
        finer[:, ::2, ::2] = points
        finer[:, 1::2, 1::2] = centre
        finer[:, ::2, 1::2] = (beside + centre + np.roll(centre, 1, axis=1)) / 4 + drawn[:, 1]
        finer[:, 1::2, ::2] = (below + centre + np.roll(centre, 1, axis=2)) / 4 + drawn[:, 2]
        points = finer
    return points


def torus(count: int, side: int, decay: float, generator: np.random.Generator) -> NDArray[np.float32]:
    """Return `count` plasma fractals of `side` x `side` pixels that close to tori, in 0..1, each with its own extremes.

    Args:
        count: number of maps.
        side: side in pixels, a power of two.
        decay: above 1; larger values give smoother maps.
        generator: random generator of the noise.
    """
    amplitudes = decay ** (-2.0 * np.arange(side.bit_length() - 1))
    noise = generator.random((count, side * side - 1), dtype=np.float32) * 2 - 1
    maps = refine(np.zeros((count, 1, 1), dtype=np.float32), noise, amplitudes)
    maps -= maps.min(axis=(1, 2), keepdims=True)
    maps /= np.maximum(maps.max(axis=(1, 2), keepdims=True), np.finfo(np.float32).tiny)
    return maps
