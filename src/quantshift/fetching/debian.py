"""Locate the files in a Debian package, which is an `ar` archive that contains a tar archive."""

import io
import os
from pathlib import Path
from typing import BinaryIO

MAGIC = b"!<arch>\n"
_HEADER = 60


class _Slice(io.RawIOBase):
    """A stream of `size` bytes of another stream, from `start`."""

    def __init__(self, stream: BinaryIO, start: int, size: int) -> None:
        self._stream, self._start, self._size, self._position = stream, start, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        origin = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._size}[whence]
        self._position = max(0, origin + offset)
        return self._position

    def readinto(self, buffer: "bytearray | memoryview", /) -> int:  # type: ignore[override]
        self._stream.seek(self._start + self._position)
        data = self._stream.read(max(0, min(len(buffer), self._size - self._position)))
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)


def files_archive(stream: BinaryIO, path: Path) -> BinaryIO:
    """Return the tar archive of the files to install from the open package `stream` (`path` is for messages).

    Raises:
        ValueError: the package is damaged, or its compression is not supported by Python.
    """
    end = stream.seek(0, os.SEEK_END)
    position = len(MAGIC)
    while position + _HEADER <= end:
        stream.seek(position)
        header = stream.read(_HEADER)
        digits = header[48:58].strip()
        if header[58:60] != b"`\n" or not digits.isdigit():
            break
        size = int(digits)
        position += _HEADER
        if position + size > end:
            raise ValueError("it is truncated")
        name = header[:16].decode("latin-1").strip().rstrip("/")
        if name.startswith("data.tar"):
            if name.endswith(".zst"):
                raise ValueError("its files are compressed with zstd, which is not supported")
            return io.BufferedReader(_Slice(stream, position, size))
        position += size + size % 2  # members start at even positions
    raise ValueError("it contains no data.tar")
