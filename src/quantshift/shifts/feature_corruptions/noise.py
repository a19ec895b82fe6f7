"""Noise: Gaussian noise is added to each feature, as by a worse sensor."""

import numpy as np
from numpy.typing import NDArray

from quantshift.shifts.severity import level

# Standard deviation of the noise over that of the feature.
LEVELS = (0.05, 0.1, 0.2, 0.35, 0.5)


def apply(features: NDArray[np.float32], severity: int, generator: np.random.Generator) -> NDArray[np.float32]:
    """Return noisy features.

    Args:
        features: [n, ...], in units of each feature's standard deviation from its mean.
        severity: 1 to 5.
        generator: random generator of the noise.

    Returns:
        The changed features, in the same form.

    Raises:
        ValueError: there is no such severity.
    """
    noise = generator.standard_normal(features.shape, dtype=np.float32)
    return features + noise * np.float32(level(LEVELS, severity))
