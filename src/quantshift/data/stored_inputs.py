"""Stored inputs of a model, by input name."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from quantshift.core.errors import QuantshiftError
from quantshift.data.named import unequal_counts
from quantshift.storage import archives
from quantshift.storage.arrays import read_array

# [n, ...] by input name; all have the same n.
Inputs = dict[str, NDArray[Any]]


def read_inputs(path: str | os.PathLike[str], names: Sequence[str], *, whole: bool = True) -> Inputs:
    """Read the stored inputs of a model.

    Args:
        path: a `.npy` file with the single input, or an `.npz` archive with several inputs; both are memory-mapped.
        names: names of the model's inputs.
        whole: whether to compare the content with its checksum, which reads all of it once.

    Raises:
        QuantshiftError: the file is missing or damaged, or holds different inputs.
    """
    if Path(path).suffix != ".npz":
        if len(names) != 1:
            raise QuantshiftError(
                f"{path} holds a single array, but the model takes {', '.join(names)}: expected an .npz archive with "
                "an array for each"
            )
        return {names[0]: read_array(path, whole=whole)}
    arrays = archives.map_all(path, whole=whole)
    if set(arrays) != set(names):
        raise QuantshiftError(f"{path} holds {', '.join(sorted(arrays))}, but the model takes {', '.join(names)}")
    if fault := unequal_counts(arrays):
        raise QuantshiftError(f"{path} holds {fault}")
    return {name: arrays[name] for name in names}
