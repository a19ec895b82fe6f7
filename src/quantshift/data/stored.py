"""The files of a split or a test set: its inputs, labels and sources, and what lies beside them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from quantshift.data.modalities import SIDE_FILE
from quantshift.storage.arrays import CHUNK, Rows, parts, write_array, write_parts
from quantshift.storage.files import write_json


@dataclass(frozen=True)
class Stored:
    """Inputs in the form in which they lie on the disk; they may be made while they are written.

    Attributes:
        shape: the shape of the array, the number of inputs first.
        dtype: the type of its items.
        parts: the array in parts, in order.
        beside: the list beside the array (see `modalities.SIDE_FILE`).
    """

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    parts: Iterable[NDArray[Any]]
    beside: Sequence[Any] = ()

    @classmethod
    def of(cls, inputs: NDArray[Any] | Rows, beside: Sequence[Any] = ()) -> Self:
        """Return inputs that are there, or lazy ones, which are made some at a time."""
        made = parts(inputs, CHUNK) if isinstance(inputs, Rows) else [inputs]
        return cls(inputs.shape, inputs.dtype, made, beside)


def write(folder: Path, inputs: Stored, labels: NDArray[np.int64], sources: NDArray[np.int64]) -> None:
    """Write the files of a split or a test set.

    Args:
        folder: the folder to write.
        inputs: n inputs.
        labels: [n].
        sources: [n].

    Raises:
        QuantshiftError: lazy inputs cannot be made.
    """
    write_parts(folder / "inputs.npy", inputs.shape, inputs.dtype, inputs.parts)
    write_array(folder / "labels.npy", labels)
    write_array(folder / "sources.npy", sources)
    write_json(folder / SIDE_FILE, list(inputs.beside))
