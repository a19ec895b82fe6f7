"""Word drop: random words are deleted.

Source: the random deletion of Wei and Zou, EDA: Easy data augmentation techniques for boosting performance on text
classification tasks, arXiv 1901.11196, section 2.
"""

from collections.abc import Sequence

import numpy as np

from quantshift.shifts.severity import level

# Share of the words that are dropped.
LEVELS = (0.05, 0.1, 0.2, 0.3, 0.4)


def apply(texts: Sequence[str], severity: int, generator: np.random.Generator) -> list[str]:
    """Return the shortened texts, split at white space and joined by spaces; at least one word remains.

    Args:
        texts: the clean texts.
        severity: 1 to 5.
        generator: draws the words.

    Raises:
        ValueError: there is no such severity.
    """
    rate = level(LEVELS, severity)
    changed = []
    for text in texts:
        words = text.split()
        draws = generator.random(len(words))
        if words:
            draws[draws.argmax()] = 1
        changed.append(" ".join(word for word, draw in zip(words, draws.tolist(), strict=True) if draw >= rate))
    return changed
