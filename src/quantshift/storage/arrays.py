"""Arrays on disk: `.npy` files that are written atomically and read by memory mapping."""

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

# Bytes of rows that are computed and written at a time.
CHUNK = 32 << 20
# Bytes of scattered rows that are read before their pages are released.
SCATTERED = 4 << 20


@runtime_checkable
class Rows(Protocol):
    """A lazy array, such as `pictures.Pictures`, that computes rows when they are indexed; it may exceed memory."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Return the shape of the whole array; the first axis counts rows."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """Return the type of the items."""

    def __len__(self) -> int:
        """Return the number of rows."""

    def __iter__(self) -> Iterator[Any]:
        """Compute one row after the other."""

    def __getitem__(self, index: Any) -> NDArray[Any]:
        """Compute one row (for an integer) or several (for a slice or an array of integers)."""

    def select(self, index: Any) -> Self:
        """Return some of the rows (a slice or an array of integers) without computing them."""


class Streamed(NamedTuple):
    """An array that is written in blocks of rows, so that it need not fit in memory.

    Attributes:
        shape: shape of the whole array.
        dtype: type of its items.
        blocks: blocks of rows, in order.
    """

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    blocks: Iterable[NDArray[Any]]

    @classmethod
    def of(cls, array: NDArray[Any] | Rows) -> Self:
        """Return an array or lazy rows in blocks, which are read from the disk or computed one after the other."""
        return cls(array.shape, array.dtype, parts(array, CHUNK) if array.shape else [np.asarray(array)])


def select(inputs: NDArray[Any] | Rows, index: Any) -> NDArray[Any] | Rows:
    """Return the rows of `inputs` at `index` (a slice or an array of integers); lazy rows stay lazy."""
    return inputs.select(index) if isinstance(inputs, Rows) else inputs[index]


class Selected:
    """Some rows of an array that is mapped from the disk, read on access.

    Args:
        base: the array.
        index: int64 [n], the rows.
    """

    def __init__(self, base: NDArray[Any], index: NDArray[np.int64]) -> None:
        """Store the array and the index; nothing is read yet."""
        self.base, self.index, self.dtype = base, index, base.dtype

    @property
    def shape(self) -> tuple[int, ...]:
        """Return the shape of the selected rows."""
        return len(self.index), *self.base.shape[1:]

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.index)

    def __iter__(self) -> Iterator[Any]:
        """Read one row after the other."""
        return (self.base[row] for row in self.index)

    def __getitem__(self, index: Any) -> NDArray[Any]:
        """Read one row or several."""
        rows = self.index[index]
        if rows.ndim == 0:
            one: NDArray[Any] = self.base[rows]
            return one
        chosen = np.empty((len(rows), *self.base.shape[1:]), self.dtype)
        # The system maps up to some megabytes around each row, so scattered rows would soon map the whole array.
        step = max(16, SCATTERED // max(1, self.base[:1].nbytes))
        for start in range(0, len(rows), step):
            chosen[start : start + step] = self.base[rows[start : start + step]]
            _release_pages(self.base)
        return chosen

    def select(self, index: Any) -> "Selected":
        """Return some of the rows without reading them."""
        return Selected(self.base, self.index[index])


def select_lazily(inputs: NDArray[Any] | Rows, index: NDArray[np.int64]) -> Rows:
    """Return the rows of `inputs` at `index` without reading or computing them."""
    return inputs.select(index) if isinstance(inputs, Rows) else Selected(inputs, index)


def write_array(path: str | os.PathLike[str], array: NDArray[Any] | Rows) -> None:
    """Write one array as `.npy`; lazy rows are computed and written in parts.

    Raises:
        ValueError: the items are Python objects, which only pickles can store.
        QuantshiftError: lazy rows cannot be computed.
    """
    write_parts(path, *Streamed.of(array))


def write_parts(
    path: str | os.PathLike[str], shape: tuple[int, ...], dtype: np.dtype[Any], blocks: Iterable[NDArray[Any]]
) -> None:
    """Write an array as `.npy` from consecutive blocks of rows, so that it need not fit in memory.

    Args:
        path: the file.
        shape: shape of the whole array.
        dtype: type of its items.
        blocks: blocks of rows, in order.

    Raises:
        ValueError: the blocks have another type or shape, or their items are Python objects.
    """
    crc = 0
    with atomic(path) as temporary, temporary.open("wb") as stream:
        # numpy's writer hides ENOSPC, so a full disk could not be reported.
        for content in contents(shape, dtype, blocks):
            stream.write(content)
            crc = zlib.crc32(content, crc)
        stream.write(checksums.TEXT.of(crc, path))


def contents(shape: tuple[int, ...], dtype: np.dtype[Any], blocks: Iterable[NDArray[Any]]) -> Iterator[memoryview]:
    """Yield the content of a `.npy` file: its header, and the bytes of each block of rows.

    Raises:
        ValueError: the blocks have another type or shape, or their items are Python objects.
    """
    if dtype.hasobject:
        raise ValueError("an array of Python objects cannot be written")
    header = io.BytesIO()
    description = {"descr": np.lib.format.dtype_to_descr(dtype), "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(header, description)
    yield header.getbuffer()
    items = 0
    for block in blocks:
        if block.dtype != dtype or block.shape[1:] != shape[1:]:
            raise ValueError(f"a block is {block.dtype} {block.shape}, expected a part of {dtype} {shape}")
        yield np.asarray(block, order="C").data
        items += block.size
    if items != math.prod(shape):
        raise ValueError(f"the blocks have {items} items, expected {math.prod(shape)}")


def parts(
    array: NDArray[Any] | Rows, size: int, multiple: int = 1, index: NDArray[np.int64] | None = None
) -> Iterator[NDArray[Any]]:
    """Yield an array's rows, or those at an index, in parts of about `size` bytes and a multiple of `multiple` rows.

    Pages of a memory-mapped array are released after each part, so that a job's memory does not grow with its inputs.
    """
    width = max(1, math.prod(array.shape[1:]) * array.dtype.itemsize)
    rows = max(1, size // width // multiple) * multiple
    for start in range(0, len(array) if index is None else len(index), rows):
        part = slice(start, start + rows)
        yield array[part if index is None else index[part]]
        _release_pages(array)


def _release_pages(array: NDArray[Any] | Rows) -> None:
    """Release the pages of a memory-mapped array; the system reads them again on the next access."""
    base: Any = array
    while not isinstance(base, mmap.mmap) and hasattr(base, "base"):  # views of arrays, and rows of other arrays
        base = base.base
    if isinstance(base, mmap.mmap) and hasattr(base, "madvise"):
        base.madvise(mmap.MADV_DONTNEED)


def read_array(path: str | os.PathLike[str], *, whole: bool = True) -> NDArray[Any]:
    """Map a `.npy` file into memory, read-only, so that large arrays are never loaded completely.

    Args:
        path: the file.
        whole: whether to verify the checksum, which reads the whole file once; unnecessary for a few rows of a large
            array.

    Raises:
        QuantshiftError: the file is missing, damaged, not a `.npy` file, or a copy of another one.
    """
    expected = "a complete .npy array"
    try:
        checksums.TEXT.verify(path, whole=whole)
        array: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    except Exception as error:  # numpy parses headers as Python, which may raise almost any exception
        raise damaged(path, expected, error) from error
    if not isinstance(array, np.ndarray):
        raise damaged(path, expected, ValueError("it is an archive of several arrays"))
    return array
