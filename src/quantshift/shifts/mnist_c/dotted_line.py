"""A dotted line across the digit.

Source: Mu and Gilmer, MNIST-C, arXiv 1906.02337.
"""

import numpy as np
from numpy.typing import NDArray

from quantshift.shifts.batches import transform
from quantshift.shifts.lines import segment
from quantshift.shifts.severity import only_level

ROWS = 27  # the line starts and ends in rows 0 to 26
DOT = 2  # columns of each dot and each gap; the line starts with a gap


def apply(images: NDArray[np.uint8], severity: int, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return the images with a dotted line between random rows.

    Args:
        images: [n, 28, 28], uint8.
        severity: 0, the only level.
        generator: draws the rows.

    Returns:
        [n, 28, 28], uint8.

    Raises:
        ValueError: there is no such severity.
    """
    only_level(severity)

    def change(batch: NDArray[np.floating]) -> NDArray[np.floating]:
        n, height, width = batch.shape
        rows = np.floor(generator.random((n, 2), dtype=np.float32) * ROWS)
        start = np.stack([np.zeros(n), rows[:, 0]], axis=1)
        end = np.stack([np.full(n, width - 1), rows[:, 1]], axis=1)
        dots = np.arange(width) // DOT % 2 == 1
        batch += segment(start, end, height, width) * dots
        return batch

    return transform(images, change)
