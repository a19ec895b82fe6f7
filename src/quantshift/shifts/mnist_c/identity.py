"""No corruption: the clean images, as a control.

Source: Mu and Gilmer, MNIST-C, arXiv 1906.02337.
"""

import numpy as np
from numpy.typing import NDArray

from quantshift.shifts.severity import only_level


def apply(images: NDArray[np.uint8], severity: int, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return a copy of the images.

    Args:
        images: [n, 28, 28], uint8.
        severity: 0, the only level.
        generator: not used, since this shift is deterministic.

    Returns:
        [n, 28, 28], uint8.

    Raises:
        ValueError: there is no such severity.
    """
    only_level(severity)
    return images.copy()
