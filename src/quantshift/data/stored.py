"""The files of a split or a test set: its inputs, labels and sources, and what lies beside them."""

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
    """Inputs in the form in which they lie on the disk; they may be made while they are written.

    Attributes:
        inputs: an array, which becomes `inputs.npy`, or several by the names of the model's inputs, which become
            `inputs.npz` (`INPUTS` of the modality says which, see quantshift.data.modalities).
        beside: the list beside the inputs (see `modalities.SIDE_FILE`).
    """

    inputs: Streamed | Mapping[str, Streamed]
    beside: Sequence[Any] = ()

    @classmethod
    def of(cls, inputs: NDArray[Any] | Rows | Named, beside: Sequence[Any] = ()) -> Self:
        """Return inputs that are there, or lazy ones, which are made some at a time."""
        if isinstance(inputs, Named):
            return cls({name: Streamed.of(array) for name, array in inputs.arrays.items()}, beside)
        return cls(Streamed.of(inputs), beside)


def write(folder: Path, stored: Stored, labels: NDArray[np.int64], sources: NDArray[np.int64]) -> None:
    """Write the files of a split or a test set.

    Args:
        folder: the folder to write.
        stored: n inputs.
        labels: [n].
        sources: [n].

    Raises:
        QuantshiftError: lazy inputs cannot be made.
    """
    if isinstance(stored.inputs, Streamed):
        write_parts(folder / "inputs.npy", *stored.inputs)
    else:
        archives.store_parts(folder / "inputs.npz", stored.inputs)
    write_array(folder / "labels.npy", labels)
    write_array(folder / "sources.npy", sources)
    write_json(folder / SIDE_FILE, list(stored.beside))
