"""Snow: flakes, blurred by their motion, over a whitened image.

Source: Hendrycks and Dietterich, arXiv 1903.12261, with the parameters of CIFAR-10-C. The published images were
made with ImageMagick's motion blur; the directional kernel here has the same parameters, so results are similar, not
bit-identical.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantshift.shifts import blur, zoom
from quantshift.shifts.batches import transform_bytes
from quantshift.shifts.severity import level

# Flakes: mean and standard deviation of a Gaussian field in 0..1, its enlargement, the threshold below which there is
# no flake, radius and sigma of the motion blur in pixels; then the weight of the image that is not whitened.
LEVELS = (
    (0.1, 0.2, 1.0, 0.6, 8, 3.0, 0.95),
    (0.1, 0.2, 1.0, 0.5, 10, 4.0, 0.9),
    (0.15, 0.3, 1.75, 0.55, 10, 4.0, 0.9),
    (0.25, 0.3, 2.25, 0.6, 12, 6.0, 0.85),
    (0.3, 0.3, 1.25, 0.65, 14, 12.0, 0.8),
)
ANGLES = (-135, -45)  # degrees from the horizontal
GREY = (0.299, 0.587, 0.114)  # weights of red, green and blue in brightness


def apply(
    images: NDArray[np.uint8], severity: int, generator: np.random.Generator, levels: tuple[Any, ...] = LEVELS
) -> NDArray[np.uint8]:
    """Return the images in snow.

    Args:
        images: [n, side, side, 3], uint8, RGB.
        severity: 1 to 5.
        generator: draws the flakes and their directions.
        levels: parameters of each severity.

    Returns:
        [n, side, side, 3], uint8.

    Raises:
        ValueError: there is no such severity.
    """
    mean, deviation, factor, cut, radius, sigma, image_weight = level(levels, severity)
    enlarge = zoom.weights(images.shape[1], factor).astype(np.float32)
    # Two random streams, so that neither depends on the batch size.
    fields, directions = generator.spawn(2)

    def change(batch: NDArray[np.uint8]) -> NDArray[np.floating]:
        n, crop = len(batch), enlarge.shape[1]
        field = fields.standard_normal((n, crop, crop), dtype=np.float32) * np.float32(deviation) + np.float32(mean)
        flakes = enlarge @ field @ enlarge.T
        flakes[flakes < cut] = 0
        flakes = blur.motion(np.minimum(flakes, 1), radius, sigma, directions.uniform(*ANGLES, n)) * np.float32(255)
        flakes += flakes[:, ::-1, ::-1].copy()

        values = batch.astype(np.float32)
        grey = values @ np.array(GREY, np.float32)
        white = grey * 1.5 + np.float32(0.5 * 255)
        for channel in range(3):
            plane = values[..., channel]
            values[..., channel] = plane * image_weight + (1 - image_weight) * np.maximum(plane, white) + flakes
        return values

    return transform_bytes(images, change, size=128)  # in larger batches more images share a step
