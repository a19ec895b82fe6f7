"""Keyboard typos: letters are replaced by those on adjacent keys.

Source: the keyboard noise of Belinkov and Bisk, Synthetic and natural noise both break neural machine translation,
arXiv 1711.02173, section 4.1, with a share of all letters instead of one letter per word.
"""

from collections.abc import Sequence

import numpy as np

from quantshift.shifts.letters import code_points, is_letter, text_of
from quantshift.shifts.severity import level

# Share of the letters that are mistyped.
LEVELS = (0.01, 0.02, 0.04, 0.07, 0.1)

ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
# Horizontal offset of each row of keys, in widths of a key.
OFFSETS = (0.0, 0.25, 0.75)


def apply(texts: Sequence[str], severity: int, generator: np.random.Generator) -> list[str]:
    """Return the texts with typos in the letters a to z; case and all other characters stay.

    Args:
        texts: the clean texts.
        severity: 1 to 5.
        generator: draws the letters and their replacements.

    Raises:
        ValueError: there is no such severity.
    """
    rate = level(LEVELS, severity)
    changed = []
    for text in texts:
        points = code_points(text)
        chosen = np.flatnonzero(is_letter(points) & (generator.random(len(points)) < rate))
        near = NEIGHBOURS[points[chosen]]
        counts = np.count_nonzero(near, axis=1)
        drawn = (generator.random(len(chosen)) * counts).astype(np.int64)
        points[chosen] = near[np.arange(len(chosen)), drawn]
        changed.append(text_of(points))
    return changed


def neighbours() -> dict[str, str]:
    """Return the letters on the keys adjacent to each letter's key on a QWERTY keyboard.

    >>> neighbours()["g"], neighbours()["q"]
    ('bfhtvy', 'aw')
    """
    centres = {
        key: (row, offset + column)
        for row, (keys, offset) in enumerate(zip(ROWS, OFFSETS, strict=True))
        for column, key in enumerate(keys)
    }
    return {
        key: "".join(
            sorted(
                other
                for other, (y, x) in centres.items()
                if other != key and abs(y - row) <= 1 and abs(x - column) <= (1 if y == row else 0.75)
            )
        )
        for key, (row, column) in centres.items()
    }


def _table() -> np.ndarray[tuple[int, int], np.dtype[np.uint32]]:
    """Return the code points of the neighbours by that of the letter, [128, largest number], padded with 0."""
    table = np.zeros((128, max(map(len, neighbours().values()))), dtype=np.uint32)
    for key, others in neighbours().items():
        table[ord(key), : len(others)] = [ord(other) for other in others]
        table[ord(key.upper()), : len(others)] = [ord(other) for other in others.upper()]
    return table


NEIGHBOURS = _table()
