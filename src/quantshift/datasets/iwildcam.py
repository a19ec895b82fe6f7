"""iWildCam (WILDS v2.0): what animal is on the picture of a camera trap, of 182 species (0 is none)."""

from collections.abc import Mapping
from pathlib import Path

from quantshift.data.sources import wilds
from quantshift.data.splits import Raw, Split

ARTIFACT = "iwildcam"
CLASSES = 182
COUNTS = (129_809, 8_154)  # training, test
VALIDATION_COUNT = 7_314  # published apart from the training data
INPUT = "image"
SHAPE = (3, 448, 448)


def read(folder: Path, counts: Mapping[str, int] = wilds.COUNTS) -> Raw:
    """Return the splits `train`, `id_val` (validation data) and `id_test` (test data): the same cameras on other days.

    Pictures of one sequence are of one source.

    Args:
        folder: the fetched folder of the artifact.
        counts: the number of pictures of each split.

    Raises:
        QuantshiftError: the release is not whole, or not the one that is expected.
    """
    train, train_labels, train_sources = wilds.read(folder, "train", SHAPE, counts)
    test, test_labels, test_sources = wilds.read(folder, "id_test", SHAPE, counts)
    validation = Split(*wilds.read(folder, "id_val", SHAPE, counts))
    return Raw(train, train_labels, test, test_labels, train_sources, test_sources, validation)
