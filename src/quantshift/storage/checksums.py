"""Checksums at the end of files, by which a job recognizes the file that an earlier job wrote.

An array, an archive and an ONNX file end with the CRC-32 of their content and of their path among the results, so a
copy of another file is refused as well. Other programs can still read all of them: numpy reads as many items as the
header of a `.npy` file announces, an archive has the checksum as its comment, and an ONNX file as a metadata entry.
CRC-32 takes 0.05 s for 100 MB and misses one random damage in four billion. It guards against accidents, not against
forgery.

Standard library only.
"""

import os
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from quantshift.storage.files import place

CHUNK = 1 << 20


@dataclass(frozen=True)
class Ending:
    """How a kind of file ends: the checksum in 8 hexadecimal digits between two fixed texts."""

    prefix: bytes
    suffix: bytes = b""

    def __len__(self) -> int:
        """Return the number of bytes."""
        return len(self.prefix) + 8 + len(self.suffix)

    def of(self, crc: int, path: str | os.PathLike[str]) -> bytes:
        """Return the ending of a file at `path` whose content has the CRC-32 `crc`."""
        return self.prefix + b"%08x" % zlib.crc32(place(path).encode(), crc) + self.suffix

    def append(self, file: Path, path: str | os.PathLike[str]) -> None:
        """Append its checksum to a whole `file`, which is going to lie at `path`."""
        with file.open("r+b") as stream:
            crc = _crc(stream, file.stat().st_size)
            stream.seek(0, os.SEEK_END)
            stream.write(self.of(crc, path))

    def verify(self, path: str | os.PathLike[str], *, whole: bool = True) -> None:
        """Check the checksum of the file at `path`. A file outside of the results may have none.

        Args:
            path: the file.
            whole: whether all of it is read; else its checksum must be there.

        Raises:
            OSError: the file cannot be read.
            ValueError: its checksum is missing or another one.
        """
        with Path(path).open("rb") as stream:
            length = max(0, os.fstat(stream.fileno()).st_size - len(self))
            if whole:
                expected = self.of(_crc(stream, length), path)
                found = stream.read()
            else:
                stream.seek(length)
                expected = found = stream.read()
            check(expected, found, self.prefix, path)


def check(expected: bytes, found: bytes, prefix: bytes, path: str | os.PathLike[str]) -> None:
    """Compare the ending that a file should have with its own; `prefix` is the constant part of both.

    Raises:
        ValueError: they differ.
    """
    if not found.startswith(prefix):
        if place(path):
            raise ValueError("its checksum is missing: it is cut off or damaged, or another program wrote it")
    elif found != expected:
        raise ValueError("its checksum does not match: it is damaged, or a copy of another file")


def _crc(stream: BinaryIO, length: int) -> int:
    """Return the CRC-32 of the next `length` bytes, of which few are in memory at a time."""
    crc = 0
    while length > 0 and (chunk := stream.read(min(CHUNK, length))):
        crc = zlib.crc32(chunk, crc)
        length -= len(chunk)
    return crc


# The line at the end of an array, and the comment of an archive.
TEXT = Ending(b"quantshift crc32 ", b"\n")

_KEY = b"quantshift_crc32"
_ENTRY = b"\x0a" + bytes([len(_KEY)]) + _KEY + b"\x12\x08"
# An entry of the metadata (`metadata_props`, field 14 of ModelProto), which in protobuf may follow all other fields.
ONNX = Ending(b"\x72" + bytes([len(_ENTRY) + 8]) + _ENTRY)
ONNX_KEY = _KEY.decode()
