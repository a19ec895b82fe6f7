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


def clustered_mcnemar(net_flips: NDArray[np.integer]) -> float:
    """Return the two-sided p-value of McNemar's exact test for inputs in clusters, a sign-flip permutation test.

    Under the null hypothesis the two models are exchangeable within each cluster, so that its net number of flips is as
    likely to have the other sign, whatever the dependence inside of the cluster. The p-value is the probability, over
    all choices of signs, of a sum at least as far from 0 as the observed sum. If no cluster has more than one flip,
    this is McNemar's exact test.

    The statistic is that of Obuchowski (1998) for clustered matched pairs, in the form of Yang, Sun & Hardin (2010, doi
    10.1002/bimj.201000035): the squared sum of the net flips, divided by the sum of their squares, which no sign
    changes. Their chi-square limit is wrong for few clusters; the permutation distribution holds for any number, and
    approximately where signs are only approximately exchangeable (Canay, Romano & Shaikh 2017, doi 10.3982/ECTA13081).

    Args:
        net_flips: [clusters], for each the inputs on which the first model alone is right, minus those on which the
            second model alone is right.

    >>> clustered_mcnemar(np.array([1, 1, 1, 1, 1, 0]))
    0.0625
    >>> clustered_mcnemar(np.array([3, 1, -1]))  # the sums are 5, 3, 3, 1 and their negatives; 6 of 8 are 3 or farther
    0.75
    """
    sizes = np.abs(net_flips[net_flips != 0])
    if len(np.unique(sizes)) <= 1:
        return mcnemar(int((net_flips > 0).sum()), int((net_flips < 0).sum()))
    # A sum is the total size minus twice the size of the clusters with a negative sign, so that this size is at most
    # `largest` in half of the sums in question. A probability is the chance of each such size.
    largest = (int(sizes.sum()) - abs(int(net_flips.sum()))) // 2
    probabilities = np.zeros(largest + 1)
    probabilities[0] = 1.0
    for size in np.sort(sizes):
        probabilities[size:] += probabilities[: max(0, largest + 1 - size)]
        probabilities /= 2
    return min(1.0, float(2 * probabilities.sum()))


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
