"""A user's `.npy` arrays: their headers are checked against the size of their content before anything is read."""

import io
import math
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from quantshift.core.errors import QuantshiftError
from quantshift.storage import checksums

# Bytes in which a header must end; numpy's writer needs about a hundred.
MAX_HEADER = 10_000
# numpy's kinds of the types that models take: booleans, integers, floats and texts.
KINDS = "biufU"


class Header(NamedTuple):
    """The header of an array.

    Attributes:
        shape: shape of the array.
        dtype: type of its items.
        fortran: whether its first axis varies fastest.
        length: bytes of the header.
    """

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    fortran: bool
    length: int

    @property
    def size(self) -> int:
        """Bytes of the content."""
        return math.prod(self.shape) * self.dtype.itemsize


def read_npy(path: Path) -> NDArray[Any]:
    """Map a `.npy` file into memory, read-only.

    Raises:
        QuantshiftError: the file is missing or damaged, holds Python objects, or does not have the size that its header
            states.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            header = read_header(stream, str(path))
            stream.seek(min(size, header.length + header.size))
            rest = stream.read(len(checksums.TEXT) + 1)
    except OSError as error:
        raise unreadable(path, ".npy array", error) from error
    # quantshift's own arrays end with a checksum.
    if len(rest) == len(checksums.TEXT) and rest.startswith(checksums.TEXT.prefix):
        size -= len(rest)
    expect_size(header, size - header.length, str(path))
    return mapped(path, header, 0)


def read_header(stream: IO[bytes], where: str) -> Header:
    """Read an array's header from the beginning of a stream.

    Args:
        stream: the stream, at its beginning.
        where: name of the array in messages.

    Raises:
        QuantshiftError: it is not the header of an array of numbers, booleans or texts.
    """
    # A header can state a length of 4 GB, so only its possible bytes are read.
    start = io.BytesIO(stream.read(MAX_HEADER))
    try:
        version = np.lib.format.read_magic(start)
        if version not in ((1, 0), (2, 0)):
            raise ValueError(f"its format is version {version[0]}.{version[1]}")
        read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, fortran, dtype = read(start, max_header_size=MAX_HEADER)
    except Exception as error:  # numpy parses headers as Python, which may raise almost any exception
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise QuantshiftError(f"{where} is not a .npy array ({reason}): write it with numpy.save") from error
    if dtype.hasobject:
        raise QuantshiftError(
            f"{where} holds Python objects, which can run any program when they are read: convert it to an array of "
            "numbers, such as array.astype(numpy.float32), and save it again"
        )
    if dtype.kind not in KINDS or dtype.itemsize == 0:
        raise QuantshiftError(f"{where} has items of type {dtype}, expected numbers, booleans or texts")
    return Header(shape, dtype, fortran, start.tell())


def expect_size(header: Header, actual: int, where: str) -> None:
    """Check that an array has as many bytes as its header states.

    Raises:
        QuantshiftError: it has more or fewer, or no items.
    """
    if header.size != actual:
        raise QuantshiftError(
            f"{where} has {actual} bytes after its header, which states {header.dtype} {list(header.shape)}, that is "
            f"{header.size} bytes: it is incomplete or damaged; save it again"
        )
    if actual == 0:
        raise QuantshiftError(f"{where} is empty ({header.dtype} {list(header.shape)}): expected at least one sample")


def mapped(file: Path | IO[bytes], header: Header, offset: int) -> NDArray[Any]:
    """Map an array whose header starts at `offset` bytes into a file, read-only."""
    order: Any = "F" if header.fortran else "C"
    start = offset + header.length
    # A plain view, since slicing a numpy.memmap is slow.
    return np.memmap(file, header.dtype, "r", start, header.shape, order).view(np.ndarray)


def unreadable(path: Path, expected: str, error: OSError) -> QuantshiftError:
    """Return the error for a file that cannot be opened."""
    if isinstance(error, FileNotFoundError):
        return QuantshiftError(f"{path} is missing: expected a {expected} there")
    if isinstance(error, IsADirectoryError):
        return QuantshiftError(f"{path} is a folder, expected a {expected}")
    reason = error.strerror or type(error).__name__
    return QuantshiftError(
        f"{path} cannot be read ({reason}): give yourself read permission or copy it to another disk"
    )
