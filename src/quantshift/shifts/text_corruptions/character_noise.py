"""Character noise: letters are dropped, followed by a random letter, replaced by one, or swapped with the next.

Source: the operations (drop, add, swap) of Pruthi, Dhingra and Lipton, Combating adversarial misspellings with robust
word recognition, arXiv 1905.11268, section 3, and the random letters of Belinkov and Bisk, arXiv 1711.02173, at random
positions and not at the worst ones.
"""

from collections.abc import Sequence

import numpy as np

from quantshift.shifts.letters import code_points, is_letter
from quantshift.shifts.severity import level

# Share of the letters that are changed.
LEVELS = (0.01, 0.02, 0.04, 0.07, 0.1)

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def apply(texts: Sequence[str], severity: int, generator: np.random.Generator) -> list[str]:
    """Return the noisy texts; the four kinds of change are equally likely.

    Args:
        texts: the clean texts.
        severity: 1 to 5.
        generator: draws the letters, their changes and new letters.

    Raises:
        ValueError: there is no such severity.
    """
    rate = level(LEVELS, severity)
    changed = []
    for text in texts:
        points = code_points(text)
        places = np.flatnonzero(is_letter(points) & (generator.random(len(points)) < rate)).tolist()
        kinds = generator.integers(4, size=len(places)).tolist()
        letters = generator.integers(len(LETTERS), size=len(places)).tolist()
        # The part of the result for each character, so that positions stay valid.
        parts = list(text)
        for place, kind, letter in zip(places, kinds, letters, strict=True):
            match kind:
                case 0:  # DROP
                    parts[place] = ""
                case 1:  # ADD
                    parts[place] += LETTERS[letter]
                case 2:  # REPLACE
                    parts[place] = LETTERS[letter]
                case _:  # SWAP
                    after = place + 1
                    if after < len(parts) and text[after].isalpha():
                        parts[place], parts[after] = parts[after], parts[place]
        changed.append("".join(parts))
    return changed
