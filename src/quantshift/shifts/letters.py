"""Texts as arrays of code points, and which of these are letters."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def code_points(text: str) -> NDArray[np.uint32]:
    """Return a text's code points, uint32 [characters]; the array may be changed.

    >>> code_points("Az").tolist()
    [65, 122]
    """
    return np.array(np.frombuffer(text.encode("utf-32-le"), dtype="<u4"), dtype=np.uint32)


def text_of(points: NDArray[np.uint32]) -> str:
    """Return the text of code points."""
    return points.astype("<u4").tobytes().decode("utf-32-le")


def is_letter(points: NDArray[np.uint32]) -> NDArray[Any]:
    """Return which code points are letters from a to z or A to Z, bool [characters]."""
    lower = points | 0x20  # the bit that tells a capital in ASCII
    return (lower >= ord("a")) & (lower <= ord("z"))
