"""Splashes of liquid."""

import numpy as np
from numpy.typing import NDArray

from quantshift.shifts.blur import gaussian


def splashes(
    shape: tuple[int, int, int],
    mean: float,
    deviation: float,
    sigma: float,
    cut: float,
    edge: float,
    generator: np.random.Generator,
) -> NDArray[np.float32]:
    """Return how much of each pixel mud covers: 0, or 0.8 and more.

    A Gaussian field is blurred and cut, which leaves blots; the blots are blurred again, and what falls below 0.8
    is clean.

    Args:
        shape: n, height, width.
        mean: of the field.
        deviation: the standard deviation of the field.
        sigma: of the field's blur, in pixels.
        cut: the value of the blurred field above which a pixel lies in a blot.
        edge: the sigma of the blots' blur, in pixels.
        generator: draws the field.

    Returns:
        `shape`, in 0..1.

    Source: Hendrycks and Dietterich, arXiv 1903.12261 (spatter).
    """
    field = gaussian(generator.standard_normal(shape, dtype=np.float32) * deviation + mean, sigma)
    cover = gaussian((field > cut).astype(np.float32), edge)
    cover[cover < 0.8] = 0
    return cover.astype(np.float32)
