"""Arrays on the disk: `.npy` files that are written whole or not at all and read by mapping them into memory."""

import io
import math
import mmap
import os
import zlib
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, Protocol, Self, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from quantshift.storage import checksums
from quantshift.storage.files import atomic, damaged

# Bytes of rows that are made and written at a time.
CHUNK = 32 << 20


@runtime_checkable
class Rows(Protocol):
    """Rows of an array that are made when they are indexed, such as `pictures.Pictures`: they may not fit in memory."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Return the shape of the whole array, the number of rows first."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """Return the type of the items."""

    def __len__(self) -> int:
        """Return the number of rows."""

    def __iter__(self) -> Iterator[Any]:
        """Make one row after the other."""

    def __getitem__(self, index: Any) -> NDArray[Any]:
        """Make a row (a number) or several (a slice, or an array of numbers)."""

    def select(self, index: Any) -> Self:
        """Return some of the rows (a slice, or an array of numbers), none of them made."""


class Streamed(NamedTuple):
    """An array that is written in parts, so that it need not fit in memory.

    Attributes:
        shape: the shape of the whole array, the number of rows first.
        dtype: the type of its items.
        made: the parts, in order.
    """

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    made: Iterable[NDArray[Any]]

    @classmethod
    def of(cls, array: NDArray[Any] | Rows) -> Self:
        """Return an array as one part, or lazy rows as parts that are made some at a time."""
        made = parts(array, CHUNK) if isinstance(array, Rows) else [array]
        return cls(array.shape, array.dtype, made)


def select(inputs: NDArray[Any] | Rows, index: Any) -> NDArray[Any] | Rows:
    """Return the rows of `inputs` that `index` (a slice, or an array of numbers) takes; lazy ones stay lazy."""
    return inputs.select(index) if isinstance(inputs, Rows) else inputs[index]


def write_array(path: str | os.PathLike[str], array: NDArray[Any] | Rows) -> None:
    """Write one array as `.npy`; lazy rows are made and written some at a time.

    Raises:
        ValueError: its items are Python objects, which only pickles could keep.
        QuantshiftError: lazy rows cannot be made.
    """
    write_parts(path, *Streamed.of(array))


def write_parts(
    path: str | os.PathLike[str], shape: tuple[int, ...], dtype: np.dtype[Any], made: Iterable[NDArray[Any]]
) -> None:
    """Write an array as `.npy` whose rows are made some at a time, so that it need not fit in memory.

    Args:
        path: the file.
        shape: the shape of the whole array.
        dtype: the type of its items.
        made: the parts, in order.

    Raises:
        ValueError: the parts are of another type or shape, or their items are Python objects.
    """
    crc = 0
    with atomic(path) as temporary, temporary.open("wb") as stream:
        # numpy's own writer does not say why it could not write, so that a full disk would not be told as one.
        for content in contents(shape, dtype, made):
            stream.write(content)
            crc = zlib.crc32(content, crc)
        stream.write(checksums.TEXT.of(crc, path))


def contents(shape: tuple[int, ...], dtype: np.dtype[Any], made: Iterable[NDArray[Any]]) -> Iterator[memoryview]:
    """Yield what a `.npy` file holds: its header, and the bytes of each part of the array (see `Streamed`).

    Raises:
        ValueError: the parts are of another type or shape, or their items are Python objects.
    """
    if dtype.hasobject:
        raise ValueError("an array of Python objects is not written")
    header = io.BytesIO()
    description = {"descr": np.lib.format.dtype_to_descr(dtype), "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(header, description)
    yield header.getbuffer()
    items = 0
    for part in made:
        if part.dtype != dtype or part.shape[1:] != shape[1:]:
            raise ValueError(f"a part is {part.dtype} {part.shape}, of an array that is {dtype} {shape}")
        yield np.asarray(part, order="C").data
        items += part.size
    if items != math.prod(shape):
        raise ValueError(f"the parts have {items} items, of an array that has {math.prod(shape)}")


def parts(
    array: NDArray[Any] | Rows, size: int, multiple: int = 1, index: NDArray[np.int64] | None = None
) -> Iterator[NDArray[Any]]:
    """Yield an array's rows, or those of an index, about `size` bytes at a time, in multiples of a number of rows.

    Pages of an array that is mapped from the disk are given back after each part: else the memory that a job takes
    would grow with its inputs.
    """
    width = max(1, math.prod(array.shape[1:]) * array.dtype.itemsize)
    rows = max(1, size // width // multiple) * multiple
    for start in range(0, len(array) if index is None else len(index), rows):
        part = slice(start, start + rows)
        yield array[part if index is None else index[part]]
        _give_back(array)


def _give_back(array: NDArray[Any] | Rows) -> None:
    """Let the system take the pages of a mapped array, which it reads again when they are asked for."""
    base: Any = array
    while isinstance(base, np.ndarray):
        base = base.base
    if isinstance(base, mmap.mmap) and hasattr(base, "madvise"):
        base.madvise(mmap.MADV_DONTNEED)


def read_array(path: str | os.PathLike[str], *, whole: bool = True) -> NDArray[Any]:
    """Map a `.npy` file into memory, read-only, so that large arrays are never held whole.

    Args:
        path: the file.
        whole: whether its content is compared with its checksum, for which all of it is read once; who wants a few rows
            of a large array alone may do without.

    Raises:
        QuantshiftError: the file is missing, damaged, not a `.npy` file or a copy of another one.
    """
    expected = "a complete .npy array"
    try:
        checksums.TEXT.verify(path, whole=whole)
        array: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    except Exception as error:  # numpy parses headers as Python, whose parser raises almost anything
        raise damaged(path, expected, error) from error
    if not isinstance(array, np.ndarray):
        raise damaged(path, expected, ValueError("it is an archive of several"))
    return array
