"""iWildCam (WILDS v2.0): what animal is on the picture of a camera trap, of 182 species (0 is none)."""

from collections.abc import Mapping
from pathlib import Path

from quantshift import wilds
from quantshift.splits import Raw

ARTIFACT = "iwildcam"
CLASSES = 182
COUNTS = (129_809, 8_154)  # training, test
INPUT = "image"
SHAPE = (3, 448, 448)


def read(folder: Path, counts: Mapping[str, int] = wilds.COUNTS) -> Raw:
    """Return the split `train` as training data and `id_test`, of the same cameras on other days, as test data.

    Args:
        folder: the fetched folder of the artifact.
        counts: the number of pictures of each split.

    Raises:
        QuantshiftError: the release is not whole, or not the one that is expected.
    """
    return Raw(*wilds.read(folder, "train", SHAPE, counts), *wilds.read(folder, "id_test", SHAPE, counts))
