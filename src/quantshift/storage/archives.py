"""`.npz` archives, read one array at a time; their bytes depend only on their arrays and their path in the results."""

import io
import math
import os
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from quantshift.core.errors import QuantshiftError
from quantshift.storage import checksums
from quantshift.storage.arrays import Streamed, contents
from quantshift.storage.files import atomic, damaged, remedy

Path = str | os.PathLike[str]
ENDING = ".npy"
# The header of a member. Source: APPNOTE.TXT of PKWARE, section 4.3.7.
LOCAL = struct.Struct("<4s22xHH")
# Bytes that are read at a time to verify a checksum.
CHUNK = 1 << 20


class Archive:
    """An open `.npz` file; each array is read on request and not cached."""

    def __init__(self, path: Path, content: zipfile.ZipFile) -> None:
        """Wrap the open file at `path`."""
        self.path = path
        self._content = content
        self.keys: tuple[str, ...] = tuple(name.removesuffix(ENDING) for name in content.namelist())

    def read(self, key: str) -> NDArray[Any]:
        """Return the array `key`.

        Raises:
            QuantshiftError: there is no such array, or its bytes are damaged.
        """
        if key not in self.keys:
            raise QuantshiftError(
                f"{self.path} has no array {key!r}: it was written for another purpose; {remedy(self.path)}"
            )
        try:
            # Read to the end, where zipfile compares the checksum, before parsing the content.
            content = io.BytesIO(self._content.read(key + ENDING))
            array: NDArray[Any] = np.lib.format.read_array(content, allow_pickle=False)
            if content.read(1):
                raise ValueError("it is longer than its header states")
        except Exception as error:  # numpy parses headers as Python, which may raise almost any exception
            raise damaged(self.path, f"an .npz archive with a complete array {key!r}", error) from error
        return array

    def map(self, key: str, *, whole: bool) -> NDArray[Any]:
        """Return the array `key`, mapped into memory, read-only; it must not be compressed.

        Args:
            key: the key.
            whole: whether to verify the checksum, which reads the array once.

        Raises:
            QuantshiftError: the array is damaged or compressed.
        """
        info = self._content.getinfo(key + ENDING)
        try:
            if info.compress_type != zipfile.ZIP_STORED:
                raise ValueError(f"its array {key!r} is compressed")
            with self._content.open(info) as stream:
                version = np.lib.format.read_magic(stream)
                if version != (1, 0):
                    raise ValueError(f"its array {key!r} has a header of version {version}")
                shape, fortran, dtype = np.lib.format.read_array_header_1_0(stream)
                offset = stream.tell()
                if dtype.hasobject or offset + math.prod(shape) * dtype.itemsize != info.file_size:
                    raise ValueError(f"its array {key!r} does not have the size that its header states")
                while whole and stream.read(CHUNK):  # to the end, where zipfile compares the checksum
                    pass
            if not math.prod(shape):
                return np.empty(shape, dtype)
            start = content_start(self.path, info) + offset
            mapped = np.memmap(self.path, dtype, "r", start, shape, "F" if fortran else "C")
        except Exception as error:  # numpy parses headers as Python, which may raise almost any exception
            raise damaged(self.path, f"an .npz archive with a complete array {key!r}", error) from error
        # A plain view, since slicing a numpy.memmap is slow.
        return mapped.view(np.ndarray)


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """Open an `.npz` file for reading.

    Raises:
        QuantshiftError: the file is missing, damaged, not an archive, or a copy of another one.
    """
    expected = "a complete .npz archive"
    try:
        content = zipfile.ZipFile(path)
    except (OSError, ValueError, NotImplementedError, zipfile.BadZipFile) as error:
        raise damaged(path, expected, error) from error
    with content:
        try:
            checksums.check(_comment(content, path), content.comment, checksums.TEXT.prefix, path)
        except ValueError as error:
            raise damaged(path, expected, error) from error
        yield Archive(path, content)


def is_empty(path: Path) -> bool:
    """Return whether an `.npz` file has no arrays.

    Raises:
        QuantshiftError: the file is missing, damaged, not an archive, or a copy of another one.
    """
    with opened(path) as archive:
        return not archive.keys


def read_all(path: Path) -> dict[str, NDArray[Any]]:
    """Return all arrays of an `.npz` file by key.

    Raises:
        QuantshiftError: the file is missing, damaged, not an archive, or a copy of another one.
    """
    with opened(path) as archive:
        return {key: archive.read(key) for key in archive.keys}


def map_all(path: Path, *, whole: bool = True) -> dict[str, NDArray[Any]]:
    """Map all arrays of an uncompressed `.npz` file into memory, read-only, so that none is loaded completely.

    Args:
        path: the file.
        whole: whether to verify the checksums, which reads the whole file once; unnecessary for a few rows of a large
            array.

    Raises:
        QuantshiftError: the file is missing, damaged, compressed, not an archive, or a copy of another one.
    """
    with opened(path) as archive:
        return {key: archive.map(key, whole=whole) for key in archive.keys}


def content_start(path: Path, info: zipfile.ZipInfo) -> int:
    """Return the position of a member's content in an archive.

    Raises:
        ValueError: the member is damaged or outside the file.
    """
    with open(path, "rb") as stream:  # noqa: PTH123 - the path may be a string
        stream.seek(info.header_offset)
        header = stream.read(LOCAL.size)
        if len(header) < LOCAL.size:
            raise ValueError(f"its array {info.filename!r} is outside the file")
        signature, name, extra = LOCAL.unpack(header)
        start = info.header_offset + LOCAL.size + int(name) + int(extra)
        if signature != b"PK\3\4" or start + info.compress_size > stream.seek(0, os.SEEK_END):
            raise ValueError(f"its array {info.filename!r} is outside the file")
    return start


def write(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write `arrays` atomically as a compressed `.npz` file."""
    _write(path, arrays.items(), zipfile.ZIP_DEFLATED)


def store(path: Path, arrays: Iterable[tuple[str, NDArray[Any]]]) -> None:
    """Write keys and arrays, which may be lazy, as an uncompressed `.npz` file, since floats hardly compress."""
    _write(path, arrays, zipfile.ZIP_STORED)


def store_parts(path: Path, arrays: Mapping[str, Streamed]) -> None:
    """Write arrays as an uncompressed `.npz` file, with one block of rows in memory at a time.

    Raises:
        ValueError: the blocks of an array do not have its declared type and shape.
    """
    with _opened(path, zipfile.ZIP_STORED) as add:
        for key, array in arrays.items():
            with add(key) as stream:
                for content in contents(*array):
                    stream.write(content)


def _write(path: Path, arrays: Iterable[tuple[str, NDArray[Any]]], method: int) -> None:
    """Write arrays."""
    with _opened(path, method) as add:
        for key, array in arrays:
            with add(key) as stream:
                np.lib.format.write_array(stream, array, allow_pickle=False)


@contextmanager
def _opened(path: Path, method: int) -> Iterator[Callable[[str], IO[bytes]]]:
    """Write an archive so that equal arrays give equal bytes; numpy's writer would include the time of day."""
    with atomic(path) as temporary, zipfile.ZipFile(temporary, "w") as archive:

        def add(key: str) -> IO[bytes]:
            member = zipfile.ZipInfo(key + ENDING)
            member.compress_type = method
            return archive.open(member, "w", force_zip64=True)

        yield add
        archive.comment = _comment(archive, path)


def _comment(archive: zipfile.ZipFile, path: Path) -> bytes:
    """Return the comment of an archive at `path`: a checksum of its list of members, which holds their checksums."""
    crc = 0
    for member in archive.infolist():
        crc = zlib.crc32(f"{member.filename} {member.file_size} {member.CRC}\n".encode(), crc)
    return checksums.TEXT.of(crc, path)
