"""A zigzag across the digit.

Source: Mu and Gilmer, MNIST-C, arXiv 1906.02337. The digit itself is not changed.
"""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from quantshift.shifts.batches import transform
from quantshift.shifts.lines import segment
from quantshift.shifts.severity import only_level

FIRST_COLUMN, LAST_COLUMN = 2, 25
ROWS = 27  # the line starts in rows 0 to 26
LARGEST_RISE = 5  # and it ends 5 rows higher to 4 rows lower
STEP = 2  # half the distance between two corners along the line, in pixels
HEIGHT = 2  # distance of a corner from the line, in pixels


def apply(images: NDArray[np.uint8], severity: int, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return the images with a zigzag around a random, nearly horizontal line.

    Args:
        images: [n, 28, 28], uint8.
        severity: 0, the only level.
        generator: draws the lines.

    Returns:
        [n, 28, 28], uint8.

    Raises:
        ValueError: there is no such severity.
    """
    only_level(severity)

    def change(batch: NDArray[np.floating]) -> NDArray[np.floating]:
        draw = generator.random((len(batch), 2), dtype=np.float32)
        first = np.floor(draw[:, 0] * ROWS)
        rise = np.floor(draw[:, 1] * 2 * LARGEST_RISE) - LARGEST_RISE
        corners = zigzag(first, rise)
        for start, end in pairwise(corners):
            batch += segment(start, end, *batch.shape[1:])
        return batch

    return transform(images, change)


def zigzag(first: NDArray[np.floating], rise: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return the corners of zigzags around the lines from (FIRST_COLUMN, first) to (LAST_COLUMN, first + rise).

    Args:
        first: [n], the row of the line's start.
        rise: [n], number of rows by which the line goes down from its start to its end.

    Returns:
        [corners, n, 2], column and row in pixels, from left to right.
    """
    across = LAST_COLUMN - FIRST_COLUMN
    length = np.hypot(across, rise)
    # Coordinates along and across the line: corners alternate at STEP, 3 STEP, 5 STEP, ... from the line's start.
    turns = int((across - STEP) // (2 * STEP)) + 1
    along = [np.zeros_like(length), *(np.full_like(length, (2 * turn + 1) * STEP) for turn in range(turns)), length]
    aside = [np.zeros_like(length), *(np.full_like(length, (-1) ** turn * HEIGHT) for turn in range(turns))]
    # As published: the longer the rest of the line, the closer the last corner is to the line.
    rest = length - length // (2 * STEP) * 2 * STEP
    aside.append(aside[-1] / (2 * rest))
    cosine, sine = across / length, rise / length
    column = FIRST_COLUMN + cosine * along - sine * np.stack(aside)
    row = first + sine * along + cosine * np.stack(aside)
    return np.stack([column, row], axis=-1)
