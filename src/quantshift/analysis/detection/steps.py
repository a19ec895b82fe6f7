"""Quantized logits as exact integer multiples of a step.

A variant with 8-bit logits stores k * s, rounded to float32. Inputs whose logits are the same numbers of steps apart
have equal scores, but the scores of their rounded logits differ, so a threshold would flag only some of these inputs.
The multiples themselves, an integer times a float32, are exact in float64, and so are their differences. Rounding the
scores instead would not help: equal scores at a rounding boundary would differ, and different scores would be equal.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

# The most distinct absolute values of 8-bit logits. Few 16-bit logits are the same number of steps apart.
MOST = 2**8
# The remainder of a gap after whole steps is rounding below this share of the largest logit (a 64th of an 8-bit step).
ROUNDING = 2.0**-14
# Float32 numbers on each side of the estimated step that are tried.
NEIGHBOURS = 8


def step(logits: Iterable[NDArray[Any]]) -> float | None:
    """Return the step of 8-bit logits, which are its multiples apart from rounding to float32; None for other logits.

    Args:
        logits: arrays of one variant, of any shapes, finite.

    >>> step([np.float32([0.3, -0.1]), np.float32([0.7, 0.6])])  # the float32 that is next to 0.1
    0.10000000149011612
    >>> step([np.float32([0.3, -0.1]), np.float32([0.7, 0.6001])]) is None
    True
    """
    distinct = np.zeros(1)
    for part in logits:
        # The first test set already has too many distinct logits of float32.
        distinct = np.union1d(distinct, np.abs(part))
        if len(distinct) > MOST:
            return None
    if len(distinct) < 2:
        return None
    values = distinct.astype(np.float64)
    gaps = np.diff(values)
    unit = _common(gaps, float(values[-1]))
    if unit is None:
        return None
    multiples = np.rint(gaps / unit).cumsum()
    estimate = np.float32(values[-1] / multiples[-1])
    tried = float(estimate) + np.arange(-NEIGHBOURS, NEIGHBOURS + 1) * float(np.spacing(estimate))
    rounded = (multiples[:, None] * tried).astype(np.float32)
    fits = np.flatnonzero((rounded == values[1:, None].astype(np.float32)).all(axis=0))
    return float(tried[fits[np.abs(fits - NEIGHBOURS).argmin()]]) if fits.size else None


def exact(logits: NDArray[np.floating], step: float | None) -> NDArray[np.floating]:
    """Return the multiples of the step that the logits are, in float64; without a step, the logits."""
    if step is None:
        return logits
    multiples: NDArray[np.float64] = np.rint(logits.astype(np.float64) / step) * step
    return multiples


def _common(gaps: NDArray[np.float64], largest: float) -> float | None:
    """Return what all gaps are multiples of, but for rounding, by Euclid's algorithm; None below 8 bits' step."""
    unit = float(gaps.min())
    while unit * MOST > largest / 2:
        multiples = np.rint(gaps / unit)
        left = np.abs(gaps - multiples * unit)
        unclear = left > ROUNDING * largest
        if not unclear.any():
            return float(gaps.sum() / multiples.sum())
        unit = float(left[unclear].min())
    return None
