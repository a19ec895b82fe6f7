"""Paired accuracy: whether two models that see the same inputs differ in how often they are right."""


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
    # Whole numbers keep the binomial tail exact, however many flips there are.
    coefficient, tail = 1, 1
    for k in range(1, fewer + 1):
        coefficient = coefficient * (flips - k + 1) // k
        tail += coefficient
    return min(1.0, float(2 * tail / 2**flips))
