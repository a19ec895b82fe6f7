"""Show images as thumbnails."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from quantshift.report.thumbnails import thumbnail
from quantshift.storage.arrays import read_array


def shown(folder: Path, indices: Sequence[int], _: Sequence[int]) -> list[str]:
    """Return the thumbnail (WebP in base64) of each image of a test set.

    Args:
        folder: folder of the test set.
        indices: positions of the images in the test set.

    Raises:
        QuantshiftError: the file is missing or damaged.
    """
    images = read_array(folder / "inputs.npy", whole=False)
    return [thumbnail(np.asarray(images[index])) for index in indices]
