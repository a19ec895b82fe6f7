"""Statistical tests: two models on the same inputs, and the adjustment for multiple tests."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def mcnemar(negative_flips: int, positive_flips: int) -> float:
    """Return the two-sided p-value of McNemar's exact test (McNemar 1947; Agresti 2013, section 11.1).

    Under the null hypothesis each input on which exactly one model is right goes either way with probability 1/2.

    Args:
        negative_flips: inputs on which the first model alone is right, at least 0.
        positive_flips: inputs on which the second model alone is right, at least 0.

    >>> mcnemar(5, 0)
    0.0625
    >>> mcnemar(3, 3)
    1.0
    """
    flips, fewer = negative_flips + positive_flips, min(negative_flips, positive_flips)
    # Integer arithmetic computes the binomial tail exactly. `scipy.stats.binomtest` agrees to 13 digits, but importing
    # it takes 0.7 s, longer than the rest of a comparison.
    coefficient, tail = 1, 1
    for k in range(1, fewer + 1):
        coefficient = coefficient * (flips - k + 1) // k
        tail += coefficient
    return min(1.0, float(2 * tail / 2**flips))


def holm(p_values: ArrayLike) -> NDArray[np.float64]:
    """Return the p-values adjusted by Holm's step-down method (Holm 1979), in their original order.

    The adjustment controls the family-wise error rate. scipy lacks this method, and nothing else needs statsmodels.

    Args:
        p_values: [tests], each in 0..1; may be empty.

    >>> holm([0.01, 0.04, 0.03]).round(4).tolist()
    [0.03, 0.06, 0.06]
    """
    values = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(values, kind="stable")
    steps = np.arange(len(values), 0, -1)
    adjusted = np.empty_like(values)
    adjusted[order] = np.minimum(np.maximum.accumulate(values[order] * steps), 1.0)
    return adjusted
