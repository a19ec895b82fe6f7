"""Dropout: features are missing and replaced by their mean."""

import numpy as np
from numpy.typing import NDArray

from quantshift.shifts.severity import level

# Share of the values that are missing.
LEVELS = (0.02, 0.05, 0.1, 0.2, 0.3)


def apply(features: NDArray[np.float32], severity: int, generator: np.random.Generator) -> NDArray[np.float32]:
    """Return features with missing values.

    Args:
        features: [n, ...], in units of each feature's standard deviation from its mean.
        severity: 1 to 5.
        generator: random generator of the missing values.

    Returns:
        The changed features, in the same form.

    Raises:
        ValueError: there is no such severity.
    """
    missing = generator.random(features.shape, dtype=np.float32) < level(LEVELS, severity)
    return np.where(missing, np.float32(0), features)
