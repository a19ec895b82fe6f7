"""Stored inputs of a model, by the names of its inputs."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from quantshift.core.errors import QuantshiftError
from quantshift.storage import archives
from quantshift.storage.arrays import read_array

# By the name of the input: [n, ...]; all have the same n.
Inputs = dict[str, NDArray[Any]]


def read_inputs(path: str | os.PathLike[str], names: Sequence[str], *, whole: bool = True) -> Inputs:
    """Read the stored inputs of a model.

    Args:
        path: a `.npy` file of the single input, which is mapped from the disk, or an `.npz` archive of several.
        names: names of the model's inputs.
        whole: whether the content of a `.npy` file is compared with its checksum (see `storage.arrays.read_array`).

    Raises:
        QuantshiftError: the file is missing or damaged, or holds other inputs than those.
    """
    if Path(path).suffix != ".npz":
        if len(names) != 1:
            raise QuantshiftError(
                f"{path} holds a single array, and the model takes {', '.join(names)}: expected an .npz archive with "
                "an array for each"
            )
        return {names[0]: read_array(path, whole=whole)}
    found = archives.read_all(path)
    if set(found) != set(names):
        raise QuantshiftError(f"{path} holds {', '.join(sorted(found))}, and the model takes {', '.join(names)}")
    if len({len(array) for array in found.values()}) > 1:
        counts = ", ".join(f"{name} {len(array)}" for name, array in found.items())
        raise QuantshiftError(f"{path} holds inputs of different numbers of samples: {counts}")
    return {name: found[name] for name in names}
