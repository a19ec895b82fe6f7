"""iWildCam (WILDS v2.0): pictures of camera traps, labelled with one of 182 species (0 means no animal)."""

from collections.abc import Mapping
from pathlib import Path

from quantshift.core.dataset_facts import facts_of
from quantshift.data.sources import wilds
from quantshift.data.splits import Raw, Split


def read(folder: Path, counts: Mapping[str, int] = wilds.COUNTS) -> Raw:
    """Return the splits `train`, `id_val` (validation data) and `id_test` (test data).

    All are from the same cameras on different days. Pictures of one sequence have the same source.

    Args:
        folder: the fetched folder of the artifact.
        counts: the number of pictures of each split.

    Raises:
        QuantshiftError: the release is incomplete or not version 2.0.
    """
    shape = facts_of("iwildcam").shape
    train, train_labels, train_sources = wilds.read(folder, "train", shape, counts)
    test, test_labels, test_sources = wilds.read(folder, "id_test", shape, counts)
    validation = Split(*wilds.read(folder, "id_val", shape, counts))
    return Raw(train, train_labels, test, test_labels, train_sources, test_sources, validation)
