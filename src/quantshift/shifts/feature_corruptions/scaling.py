"""Scaling: all features of a sample move away from their means, or towards them, by a factor of the sample."""

import numpy as np
from numpy.typing import NDArray

from quantshift.shifts.severity import level

# Largest factor; the smallest is one over it.
LEVELS = (1.1, 1.2, 1.4, 1.7, 2.0)


def apply(features: NDArray[np.float32], severity: int, generator: np.random.Generator) -> NDArray[np.float32]:
    """Return scaled features; the logarithm of the factor is uniform.

    Args:
        features: [n, ...], in units of each feature's standard deviation from its mean.
        severity: 1 to 5.
        generator: random generator of the factors.

    Returns:
        The changed features, in the same form.

    Raises:
        ValueError: there is no such severity.
    """
    largest = np.log(level(LEVELS, severity))
    factors = np.exp(generator.uniform(-largest, largest, len(features))).astype(np.float32)
    return features * factors.reshape(-1, *(1,) * (features.ndim - 1))
