"""Streams that hand out no more than they may: what is packed can be a thousand times as long as its file."""

import os
from typing import BinaryIO

CHUNK = 1 << 16


class TooMuchError(ValueError):
    """A stream is longer than it may be, or announces more."""


class Bounded:
    """A stream that is refused where it goes on for too long, or where much of it is asked for at once.

    Args:
        stream: what is read, such as an opened gzip file.
        total: the most bytes from its beginning.
        longest: the most bytes of one read, or None for any number; who reads a header or a length that is not true
            asks for too many.
    """

    def __init__(self, stream: BinaryIO, total: int, longest: int | None = None) -> None:
        """Keep the stream, at its beginning."""
        self._stream = stream
        self._total = total
        self._longest = longest

    def read(self, size: int = -1, /) -> bytes:
        """Read at most `size` bytes, or all that is left.

        Raises:
            TooMuchError: that is too much.
        """
        if self._longest is not None and not 0 <= size <= self._longest:
            raise TooMuchError(f"it announces a header of {size} bytes, more than the limit of {self._longest}")
        left = self._total - self._stream.tell() + 1
        return self._checked(self._stream.read(left if size < 0 else min(size, left)))

    def readline(self) -> bytes:
        """Read to the end of the line.

        Raises:
            TooMuchError: that is too much.
        """
        return self._checked(self._stream.readline(self._total - self._stream.tell() + 1))

    def tell(self) -> int:
        """Return the place in the stream."""
        return self._stream.tell()

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Go to a place, which in a packed stream unpacks all before it.

        Raises:
            TooMuchError: that is too much.
        """
        if whence != os.SEEK_SET or offset > self._total + 1:
            raise TooMuchError(f"it is longer than the limit of {self._total} bytes")
        place = self._stream.seek(offset)
        self._checked(b"")
        return place

    def finish(self) -> None:
        """Read what is left, at whose end a packed stream has its checksum.

        Raises:
            TooMuchError: that is too much. A damaged stream raises what it does.
        """
        while self.read(CHUNK):
            pass

    def _checked(self, data: bytes) -> bytes:
        if self._stream.tell() > self._total:
            raise TooMuchError(f"it is longer than the limit of {self._total} bytes")
        return data
