"""Which clean test inputs a retraining searches for disagreements, and on which it is evaluated.

- `published` (arXiv 2204.04220, RQ4): all inputs for both. This leaks: the model is evaluated on training inputs.
- `held_out`: disagreements of one half are added to the training inputs; the other half is evaluated.
- `control`: the halves of `held_out`, but randomly repeated training inputs replace the disagreements.
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
        searched: bool [n], inputs whose disagreements are added to the training inputs (or replaced, in the control).
        counted: bool [n], inputs on which disagreements are counted before and after.
    """

    searched: NDArray[np.bool_]
    counted: NDArray[np.bool_]


def parts(protocol: str, dataset: str, sources: NDArray[np.int64]) -> Parts:
    """Return the parts of the clean test inputs, the same for all models of a data set.

    Args:
        protocol: `published`, `held_out` or `control`.
        dataset: name of the data set, from which the halves are derived.
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
