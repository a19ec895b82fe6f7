"""Translation by the same number of pixels along both axes, in random directions.

Source: Mu and Gilmer, MNIST-C, arXiv 1906.02337.
"""

import numpy as np
from numpy.typing import NDArray

from quantshift.shifts.affine import signs
from quantshift.shifts.batches import transform
from quantshift.shifts.severity import level

# Pixels.
LEVELS = (1, 2, 3, 4, 5)


def apply(images: NDArray[np.uint8], severity: int, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return the moved images; pixels from outside of the image are black.

    Args:
        images: [n, 28, 28], uint8.
        severity: 1 to 5.
        generator: draws the directions.

    Returns:
        [n, 28, 28], uint8.

    Raises:
        ValueError: there is no such severity.
    """
    distance = level(LEVELS, severity)

    def change(batch: NDArray[np.floating]) -> NDArray[np.floating]:
        directions = signs(len(batch), 2, generator)
        moved = np.zeros_like(batch)
        for down in (-1, 1):
            for right in (-1, 1):
                chosen = (directions == (down, right)).all(axis=1)
                to_rows, from_rows = overlap(down * distance)
                to_columns, from_columns = overlap(right * distance)
                moved[chosen, to_rows, to_columns] = batch[chosen, from_rows, from_columns]
        return moved

    return transform(images, change)


def overlap(move: int) -> tuple[slice, slice]:
    """Return the target and the source slice of an axis when it is moved by `move` pixels."""
    onward, back = slice(abs(move), None), slice(None, -abs(move))
    return (onward, back) if move > 0 else (back, onward)
