"""Checksums at the end of files, by which a job verifies files that earlier jobs wrote.

Arrays, archives and ONNX files end with the CRC-32 of their content and of their path in the results, so a copy of
another file is rejected as well. Other programs can still read these files: numpy reads as many items as the header of
a `.npy` file declares, an archive stores the checksum as its comment, and an ONNX file as a metadata entry. CRC-32
takes 0.05 s for 100 MB and misses one random corruption in four billion. It guards against accidents, not forgery.

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
    """The ending of a kind of file: the checksum in 8 hexadecimal digits between two fixed byte strings."""

    prefix: bytes
    suffix: bytes = b""

    def __len__(self) -> int:
        """Return the number of bytes."""
        return len(self.prefix) + 8 + len(self.suffix)

    def of(self, crc: int, path: str | os.PathLike[str]) -> bytes:
        """Return the ending of a file at `path` whose content has the CRC-32 `crc`."""
        return self.prefix + b"%08x" % zlib.crc32(place(path).encode(), crc) + self.suffix

    def append(self, file: Path, path: str | os.PathLike[str]) -> None:
        """Append the checksum to a complete `file` whose final location is `path`."""
        with file.open("r+b") as stream:
            crc = _crc(stream, file.stat().st_size)
            stream.seek(0, os.SEEK_END)
            stream.write(self.of(crc, path))

    def read(self, path: str | os.PathLike[str]) -> str:
        """Return the checksum at the end of the file at `path`, which is not verified: 8 hexadecimal digits.

        Raises:
            OSError: the file cannot be read.
            ValueError: the checksum is missing.
        """
        with Path(path).open("rb") as stream:
            stream.seek(max(0, os.fstat(stream.fileno()).st_size - len(self)))
            ending = stream.read()
        if len(ending) != len(self) or not ending.startswith(self.prefix):
            raise ValueError("its checksum is missing: it is truncated or damaged, or another program wrote it")
        return ending[len(self.prefix) :][:8].decode()

    def verify(self, path: str | os.PathLike[str], *, whole: bool = True) -> None:
        """Verify the checksum of the file at `path`. A file outside the results may lack one.

        Args:
            path: the file.
            whole: whether to read the whole file and compare; otherwise the checksum must only be present.

        Raises:
            OSError: the file cannot be read.
            ValueError: the checksum is missing or does not match.
        """
        with Path(path).open("rb") as stream:
            length = max(0, os.fstat(stream.fileno()).st_size - len(self))
            if whole:
                expected = self.of(_crc(stream, length), path)
                actual = stream.read()
            else:
                stream.seek(length)
                expected = actual = stream.read()
            check(expected, actual, self.prefix, path)


def check(expected: bytes, actual: bytes, prefix: bytes, path: str | os.PathLike[str]) -> None:
    """Compare the expected ending of a file with the actual one; both should start with `prefix`.

    Raises:
        ValueError: they differ.
    """
    if not actual.startswith(prefix):
        if place(path):
            raise ValueError("its checksum is missing: it is truncated or damaged, or another program wrote it")
    elif actual != expected:
        raise ValueError("its checksum does not match: it is damaged, or a copy of another file")


def _crc(stream: BinaryIO, length: int) -> int:
    """Return the CRC-32 of the next `length` bytes, read in chunks."""
    crc = 0
    while length > 0 and (chunk := stream.read(min(CHUNK, length))):
        crc = zlib.crc32(chunk, crc)
        length -= len(chunk)
    return crc


# The line at the end of an array, and the comment of an archive.
TEXT = Ending(b"quantshift crc32 ", b"\n")

_KEY = b"quantshift_crc32"
_ENTRY = b"\x0a" + bytes([len(_KEY)]) + _KEY + b"\x12\x08"
# A metadata entry (`metadata_props`, field 14 of ModelProto); protobuf allows it after all other fields.
ONNX = Ending(b"\x72" + bytes([len(_ENTRY) + 8]) + _ENTRY)
ONNX_KEY = _KEY.decode()
