"""Texts as arrays of code points."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def code_points(text: str) -> NDArray[np.uint32]:
    """Return a text's code points, uint32 [characters], as a writable array.

    >>> code_points("Az").tolist()
    [65, 122]
    """
    return np.array(np.frombuffer(text.encode("utf-32-le"), dtype="<u4"), dtype=np.uint32)


def text_of(points: NDArray[np.uint32]) -> str:
    """Return the text of code points."""
    return points.astype("<u4").tobytes().decode("utf-32-le")


def is_letter(points: NDArray[np.uint32]) -> NDArray[Any]:
    """Return the mask of the letters a to z and A to Z, bool [characters]."""
    lower = points | 0x20  # the bit that distinguishes lower case from upper case in ASCII
    return (lower >= ord("a")) & (lower <= ord("z"))
