"""Splashes of liquid."""

import cv2
import numpy as np
from numpy.typing import NDArray

from quantshift.shifts import filters
from quantshift.shifts.blur import gaussian

EDGES = (50, 150)  # thresholds of the Canny detector for the drops' edges, in bytes
FARTHEST = 20  # pixels: distance from the edge at which the relief of a drop stops rising
SLOPE = np.array([[-2, -1, 0], [-1, 1, 1], [0, 1, 2]], np.float32)  # the filter that lights the relief


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

    A Gaussian field is blurred and thresholded, which leaves blots; the blots are blurred again, and values below 0.8
    are set to 0.

    Args:
        shape: n, height, width.
        mean: mean of the field.
        deviation: standard deviation of the field.
        sigma: sigma of the field's blur, in pixels.
        cut: threshold: pixels above it are in a blot.
        edge: sigma of the blots' blur, in pixels.
        generator: random generator of the field.

    Returns:
        Cover of the given `shape`, in 0..1.

    Source: Hendrycks and Dietterich, arXiv 1903.12261 (spatter).
    """
    field = gaussian(generator.standard_normal(shape, dtype=np.float32) * deviation + mean, sigma)
    cover = gaussian((field > cut).astype(np.float32), edge)
    cover[cover < 0.8] = 0
    return cover.astype(np.float32)


def water(
    shape: tuple[int, int, int],
    mean: float,
    deviation: float,
    sigma: float,
    cut: float,
    generator: np.random.Generator,
) -> NDArray[np.float32]:
    """Return the brightness of water drops on each pixel: a Gaussian field, blurred, thresholded and lit from one side.

    The relief of a drop is its distance from the nearest edge with an equalized histogram, lit from the upper left.

    Args:
        shape: n, height, width.
        mean: mean of the field.
        deviation: standard deviation of the field.
        sigma: sigma of the field's blur, in pixels.
        cut: threshold: pixels below it are dry.
        generator: random generator of the field.

    Returns:
        Brightness of the given `shape`, in 0..1; the brightest pixel of each image is 1, if it has a drop.

    Source: Hendrycks and Dietterich, arXiv 1903.12261 (spatter).
    """
    field = filters.gaussian(generator.standard_normal(shape, dtype=np.float32) * deviation + mean, sigma)
    field[field < cut] = 0
    depth = np.minimum(field * 255, 255).astype(np.uint8)
    light = np.empty(shape, np.float32)
    for image, drops in zip(light, depth, strict=True):
        far = cv2.distanceTransform(255 - cv2.Canny(drops, *EDGES), cv2.DIST_L2, 5)
        relief = cv2.equalizeHist(cv2.blur(np.minimum(far, FARTHEST), (3, 3)).astype(np.uint8))
        image[:] = cv2.blur(cv2.filter2D(relief, cv2.CV_8U, SLOPE), (3, 3))
    light *= depth
    light /= np.maximum(light.max(axis=(1, 2), keepdims=True), 1)
    return light
