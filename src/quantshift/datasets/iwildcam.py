"""iWildCam (WILDS v2.0): pictures of camera traps, labelled with one of 182 species (0 means no animal)."""

from collections.abc import Mapping
from pathlib import Path

from quantshift.data.sources import wilds
from quantshift.data.splits import Raw, Split

ARTIFACT = "iwildcam"
CLASSES = 182
COUNTS = (129_809, 8_154)  # training, test
VALIDATION_COUNT = 7_314  # published separately from the training data
INPUT = "image"
SHAPE = (3, 448, 448)


def read(folder: Path, counts: Mapping[str, int] = wilds.COUNTS) -> Raw:
    """Return the splits `train`, `id_val` (validation data) and `id_test` (test data).

    All are from the same cameras on different days. Pictures of one sequence have the same source.

    Args:
        folder: the fetched folder of the artifact.
        counts: the number of pictures of each split.

    Raises:
        QuantshiftError: the release is incomplete or not version 2.0.
    """
    train, train_labels, train_sources = wilds.read(folder, "train", SHAPE, counts)
    test, test_labels, test_sources = wilds.read(folder, "id_test", SHAPE, counts)
    validation = Split(*wilds.read(folder, "id_val", SHAPE, counts))
    return Raw(train, train_labels, test, test_labels, train_sources, test_sources, validation)
