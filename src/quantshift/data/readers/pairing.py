"""Sources of a user's shifted sets whose rows are shifted copies of the test set's rows."""

import numpy as np
from numpy.typing import NDArray

from quantshift.core.errors import QuantshiftError
from quantshift.data.readers.given import GivenInputs


def paired_sources(test: GivenInputs, shifted: GivenInputs, name: str) -> NDArray[np.int64]:
    """Return the sources of a shifted set whose rows are copies of the test set's rows, in the same order.

    Args:
        test: the test set as it was read, before any part of it was chosen.
        shifted: the shifted set.
        name: its name in messages.

    Returns:
        int64 [n], those of the test set.

    Raises:
        QuantshiftError: the sets have different numbers of rows, labels, or names of files.
    """
    if len(shifted) != len(test):
        raise QuantshiftError(
            f"the shifted set {name!r} has {len(shifted)} samples and the test set {len(test)}: give a shifted copy of "
            "each test sample in the same order, or leave out --paired (paired in the config)"
        )
    if test.labels is not None and shifted.labels is not None:
        differing = np.flatnonzero(test.labels.values != shifted.labels.values)
        if len(differing):
            raise QuantshiftError(
                f"the shifted set {name!r} has another label than the test set in {len(differing)} rows, first in row "
                f"{differing[0]} (counted from 0): give the copies in the order of the test set, or leave out "
                "--paired (paired in the config)"
            )
    _expect_same_files(test, shifted, name)
    return test.clusters()


def _expect_same_files(test: GivenInputs, shifted: GivenInputs, name: str) -> None:
    """Check that two folders of images have files of the same names, without their endings."""
    if test.origins.files is None or shifted.origins.files is None:
        return
    for sample in range(len(test)):
        ours, theirs = test.origins[sample].file, shifted.origins[sample].file
        if ours.rpartition(".")[0] != theirs.rpartition(".")[0]:
            raise QuantshiftError(
                f"the shifted set {name!r} has the image {theirs!r} where the test set has {ours!r}: name the copies "
                "as the test images, or leave out --paired (paired in the config)"
            )
