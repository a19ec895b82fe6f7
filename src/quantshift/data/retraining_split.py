"""Which clean test inputs a retraining takes its disagreements from, and which ones it is counted on.

- `published` (arXiv 2204.04220, RQ4): all of them, for both. It leaks: the model is trained on what it is counted on.
- `held_out`: the disagreements of one half join the training, and the other half is counted.
- `control`: the halves of `held_out`, but no disagreement joins; training inputs drawn again replace them.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quantshift.core.names import PUBLISHED
from quantshift.seeds import generator


@dataclass(frozen=True)
class Parts:
    """Masks of the clean test inputs.

    Attributes:
        searched: bool [n], the inputs whose disagreements join the training (of the control: those that it replaces).
        counted: bool [n], the inputs on which disagreements are counted before and after.
    """

    searched: NDArray[np.bool_]
    counted: NDArray[np.bool_]


def parts(protocol: str, dataset: str, sources: NDArray[np.int64]) -> Parts:
    """Return the parts of the clean test inputs, the same for all models of a data set.

    Args:
        protocol: `published`, `held_out` or `control`.
        dataset: name of the data set, which the halves are drawn for.
        sources: [n], the source of each input; inputs of one source are in one half.

    >>> halves = parts("held_out", "mnist", np.arange(10))
    >>> int(halves.searched.sum()), bool((halves.searched ^ halves.counted).all())
    (5, True)
    """
    if protocol == PUBLISHED:
        everything = np.ones(len(sources), dtype=np.bool_)
        return Parts(everything, everything)
    distinct = np.unique(sources)
    drawn = generator("halves", dataset).permutation(distinct)[: len(distinct) // 2]
    first = np.isin(sources, drawn)
    return Parts(first, ~first)
