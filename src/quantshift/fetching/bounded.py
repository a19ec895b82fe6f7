"""Streams with an upper bound, since decompressed content can be a thousand times as long as its file."""

import os
from typing import BinaryIO

CHUNK = 1 << 16


class TooMuchError(ValueError):
    """A stream is longer than allowed, or states a length that is."""


class Bounded:
    """A stream that raises an error if it is too long, or if too many bytes are requested at once.

    Args:
        stream: the stream to read, such as an open gzip file.
        total: maximum number of bytes from its beginning.
        longest: maximum number of bytes in one read, or None for no limit. A reader that trusts a false length in a
            header exceeds it.
    """

    def __init__(self, stream: BinaryIO, total: int, longest: int | None = None) -> None:
        """Wrap a stream that is at its beginning."""
        self._stream = stream
        self._total = total
        self._longest = longest

    def read(self, size: int = -1, /) -> bytes:
        """Read at most `size` bytes, or the whole rest.

        Raises:
            TooMuchError: a limit is exceeded.
        """
        if self._longest is not None and not 0 <= size <= self._longest:
            raise TooMuchError(f"it states a header of {size} bytes, more than the limit of {self._longest}")
        left = self._total - self._stream.tell() + 1
        return self._checked(self._stream.read(left if size < 0 else min(size, left)))

    def readline(self) -> bytes:
        """Read to the end of the line.

        Raises:
            TooMuchError: a limit is exceeded.
        """
        return self._checked(self._stream.readline(self._total - self._stream.tell() + 1))

    def tell(self) -> int:
        """Return the position in the stream."""
        return self._stream.tell()

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Go to a position; in a compressed stream this decompresses everything before it.

        Raises:
            TooMuchError: a limit is exceeded.
        """
        if whence != os.SEEK_SET or offset > self._total + 1:
            raise TooMuchError(f"it is longer than the limit of {self._total} bytes")
        position = self._stream.seek(offset)
        self._checked(b"")
        return position

    def finish(self) -> None:
        """Read to the end, where a compressed stream has its checksum.

        Raises:
            TooMuchError: a limit is exceeded. A damaged stream raises its own error.
        """
        while self.read(CHUNK):
            pass

    def _checked(self, data: bytes) -> bytes:
        if self._stream.tell() > self._total:
            raise TooMuchError(f"it is longer than the limit of {self._total} bytes")
        return data
