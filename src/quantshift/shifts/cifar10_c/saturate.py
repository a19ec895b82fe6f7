"""HSV saturation, lowered or raised.

Source: Hendrycks and Dietterich, arXiv 1903.12261, with the parameters of CIFAR-10-C. Grey has the hue of red, as
published: the last two levels give it a tinge.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantshift.shifts import colours
from quantshift.shifts.batches import transform_bytes
from quantshift.shifts.severity import level

# Factor on the saturation (0..1), and the offset added afterwards.
LEVELS = ((0.3, 0.0), (0.1, 0.0), (1.5, 0.0), (2.0, 0.1), (2.5, 0.2))


def apply(
    images: NDArray[np.uint8], severity: int, generator: np.random.Generator, levels: tuple[Any, ...] = LEVELS
) -> NDArray[np.uint8]:
    """Return the images with changed saturation.

    Args:
        images: [n, side, side, 3], uint8, RGB.
        severity: 1 to 5.
        generator: not used, since this shift is deterministic.
        levels: parameters of each severity.

    Returns:
        [n, side, side, 3], uint8.

    Raises:
        ValueError: there is no such severity.
    """
    factor, offset = level(levels, severity)
    return transform_bytes(images, lambda batch: colours.saturate(batch, factor, offset))
