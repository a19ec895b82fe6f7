"""The test emoji of the data set `emoji` as Twitter draws them (Twemoji)."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from quantshift.data.image_files import Pictures
from quantshift.data.sources import emoji

ARTIFACT = "emoji_twitter"
# The emoji are those of the clean test data, so answers to both are not independent.
PAIRED = True


def load(folder: Path) -> tuple[Pictures, NDArray[np.int64], NDArray[np.int64]]:
    """Return the pictures, labels and sources, of the same emoji in the same order as the clean test data.

    Args:
        folder: the fetched folder of the artifact.

    Raises:
        QuantshiftError: a file is missing or damaged.
    """
    return emoji.read(folder, "twitter", "test", emoji.SHAPE)
