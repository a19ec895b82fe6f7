"""Read and check the logits in an archive."""

import os
from typing import Any

from numpy.typing import NDArray

from quantshift.core.errors import QuantshiftError
from quantshift.core.test_set import CLEAN, VALIDATION, TestSet
from quantshift.storage import archives
from quantshift.storage.files import remedy

_NAMES = {CLEAN: "clean test", VALIDATION: "validation"}


def read_logits(path: str | os.PathLike[str], test_set: TestSet, count: int) -> NDArray[Any]:
    """Read the logits [count, classes] of the clean test set or of the validation data.

    Args:
        path: the archive.
        test_set: `CLEAN` or `VALIDATION`.
        count: the number of inputs.

    Raises:
        QuantshiftError: the file is missing or damaged, or has logits for a different number of inputs.
    """
    with archives.opened(path) as archive:
        logits = archive.read(test_set.key)
    if len(logits) != count:
        raise QuantshiftError(
            f"{os.fspath(path)} has logits of {len(logits)} {_NAMES[test_set]} inputs, but there are {count}: "
            f"{remedy(path)}"
        )
    return logits
