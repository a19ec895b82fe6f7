"""Spatter: drops at the milder levels, blots of mud at the last two; both are dark grey.

Source: Mu and Gilmer, MNIST-C, arXiv 1906.02337.
"""

import numpy as np
from numpy.typing import NDArray

from quantshift.shifts.batches import transform
from quantshift.shifts.liquid import splashes
from quantshift.shifts.severity import level

# Gaussian field in 0..1: mean, standard deviation, sigma of its blur, threshold; then sigma of the blots' blur. Sigmas
# are in pixels.
LEVELS = (
    (0.65, 0.3, 4.0, 0.69, 0.6),
    (0.65, 0.3, 3.0, 0.68, 0.6),
    (0.65, 0.3, 2.0, 0.68, 0.5),
    (0.65, 0.3, 1.0, 0.65, 1.5),
    (0.67, 0.4, 1.0, 0.65, 1.5),
)
MUD = 63 / 255


def apply(images: NDArray[np.uint8], severity: int, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return the spattered images.

    Args:
        images: [n, 28, 28], uint8.
        severity: 1 to 5.
        generator: draws the splashes.

    Returns:
        [n, 28, 28], uint8.

    Raises:
        ValueError: there is no such severity.
    """
    parameters = level(LEVELS, severity)

    def change(batch: NDArray[np.floating]) -> NDArray[np.floating]:
        cover = splashes(batch.shape, *parameters, generator)
        return batch * (1 - cover) + np.float32(MUD) * cover

    return transform(images, change)
