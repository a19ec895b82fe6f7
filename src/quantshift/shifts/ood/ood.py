"""Pictures from cameras that are not in the training data: the split `test` of iWildCam (WILDS v2.0)."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from quantshift.data.image_files import Pictures
from quantshift.data.sources import wilds

ARTIFACT = "iwildcam"
COUNT = 42_791


def load(
    folder: Path, counts: Mapping[str, int] = wilds.COUNTS
) -> tuple[Pictures, NDArray[np.int64], NDArray[np.int64]]:
    """Return the pictures, lazily, their labels 0..181 and their sources.

    Args:
        folder: the fetched folder of the artifact.
        counts: number of pictures in each split.

    Raises:
        QuantshiftError: the release is incomplete or not version 2.0.
    """
    return wilds.read(folder, "test", wilds.SHAPE, counts)
