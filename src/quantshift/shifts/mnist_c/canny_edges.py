"""The image is replaced by the binary edge map of the Canny detector (sigma 1).

Source: Mu and Gilmer, MNIST-C, arXiv 1906.02337.
"""

import numpy as np
from numpy.typing import NDArray

from quantshift.shifts.batches import transform
from quantshift.shifts.edges import canny
from quantshift.shifts.severity import only_level

SIGMA = 1.0  # pixels


def apply(images: NDArray[np.uint8], severity: int, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return the edges as 255 on 0.

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
    return transform(images, lambda batch: canny(batch, SIGMA).astype(np.float32), dtype=np.float64)
