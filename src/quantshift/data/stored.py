"""The files of a split or a test set: inputs, labels, sources and a side file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from quantshift.data.modalities import SIDE_FILE
from quantshift.data.named import Named
from quantshift.storage import archives
from quantshift.storage.arrays import Rows, Streamed, write_array, write_parts
from quantshift.storage.files import write_json


@dataclass(frozen=True)
class Stored:
    """Inputs in their stored form; they may be computed while they are written.

    Attributes:
        inputs: an array, written as `inputs.npy`, or several arrays by the names of the model's inputs, written as
            `inputs.npz`; the modality's `INPUTS` names the file (see quantshift.data.modalities).
        side: content of the side file (see `modalities.SIDE_FILE`).
    """

    inputs: Streamed | Mapping[str, Streamed]
    side: Sequence[Any] = ()

    @classmethod
    def of(cls, inputs: NDArray[Any] | Rows | Named, side: Sequence[Any] = ()) -> Self:
        """Return inputs that are in memory, or lazy ones, which are computed in blocks."""
        if isinstance(inputs, Named):
            return cls({name: Streamed.of(array) for name, array in inputs.arrays.items()}, side)
        return cls(Streamed.of(inputs), side)


def write(folder: Path, stored: Stored, labels: NDArray[np.int64], sources: NDArray[np.int64]) -> None:
    """Write the files of a split or a test set.

    Args:
        folder: the folder to write to.
        stored: n inputs.
        labels: [n].
        sources: [n].

    Raises:
        QuantshiftError: lazy inputs cannot be computed.
    """
    if isinstance(stored.inputs, Streamed):
        write_parts(folder / "inputs.npy", *stored.inputs)
    else:
        archives.store_parts(folder / "inputs.npz", stored.inputs)
    write_array(folder / "labels.npy", labels)
    write_array(folder / "sources.npy", sources)
    write_json(folder / SIDE_FILE, list(stored.side))
