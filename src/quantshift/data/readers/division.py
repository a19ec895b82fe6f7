"""Divide a user's samples into parts, such as calibration and test data, so that no group is in two parts."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from quantshift.core.errors import QuantshiftError
from quantshift.seeds import generator

TEST = "test"
# The default number of samples for calibration, and the largest fraction of the data.
CALIBRATION = 500
FRACTION = 5


def calibration_size(count: int) -> int:
    """Return the default number of samples for calibration: a fifth of the data, at most 500.

    >>> calibration_size(100), calibration_size(10_000)
    (20, 500)
    """
    return min(CALIBRATION, count // FRACTION)


def divide(
    clusters: NDArray[np.int64], sizes: Mapping[str, int], seed: int = 0, *, least: int = 1
) -> dict[str, NDArray[np.int64]]:
    """Divide samples at random by group; the rest is the test data.

    The parts depend only on the groups, the sizes and the seed. A part is smaller than requested if no group fits into
    what is left of it, and a later part does not change an earlier one.

    Args:
        clusters: int64 [n], the group of each sample (see `GivenInputs.clusters`).
        sizes: number of samples of each part but the test data, by its name.
        seed: seed of the draw.
        least: the smallest number of test samples.

    Returns:
        Sorted indices of the samples by part, the test data last.

    Raises:
        QuantshiftError: there are too few samples or groups for the parts.

    >>> parts = divide(np.array([7, 7, 3, 3, 5, 5]), {"calibration": 2})
    >>> {name: len(index) for name, index in parts.items()}
    {'calibration': 2, 'test': 4}
    """
    count = len(clusters)
    wanted = ", ".join(f"{size} for {name}" for name, size in sizes.items())
    if sum(sizes.values()) + least > count:
        raise QuantshiftError(
            f"the data has {count} samples, too few for {wanted} and at least {least} for {TEST}: give more samples, "
            "or calibration data of their own (--calibration, or calibration in the config)"
        )
    distinct, groups, counts = np.unique(clusters, return_inverse=True, return_counts=True)
    order = generator("divide", seed).permutation(len(distinct))
    # 0 for the test data, 1 for the first part, ...
    part_of_group = np.zeros(len(distinct), dtype=np.int64)
    for part, (name, size) in enumerate(sizes.items(), start=1):
        left = size
        for group in order:
            if part_of_group[group] == 0 and counts[group] <= left:
                part_of_group[group] = part
                left -= counts[group]
            if left == 0:
                break
        if left == size > 0:
            raise QuantshiftError(
                f"no group of the data fits into {size} samples for {name}, since the smallest has {counts.min()}: "
                "choose a larger size (--calibration-samples, or calibration_samples in the config), or give "
                "calibration data of their own (--calibration, or calibration in the config)"
            )
    part_of_sample = part_of_group[groups]
    indices = {name: np.flatnonzero(part_of_sample == part) for part, name in enumerate(sizes, start=1)}
    return {**indices, TEST: np.flatnonzero(part_of_sample == 0)}
