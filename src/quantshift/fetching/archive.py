"""Safe unpacking of archives: zip (and wheels), tar (plain, gz, bz2, xz) and Debian packages."""

import bz2
import contextlib
import fnmatch
import gzip
import lzma
import re
import shutil
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from quantshift.core.errors import QuantshiftError
from quantshift.fetching import debian
from quantshift.fetching.bounded import CHUNK, Bounded
from quantshift.fetching.origin import Limits

# Exceptions of the standard library for archives that are truncated, damaged, encrypted or of an unknown format.
_DAMAGE = (
    *(zipfile.BadZipFile, tarfile.TarError, EOFError, zlib.error, lzma.LZMAError),
    *(ValueError, NotImplementedError, RuntimeError),
)


# The first bytes of compressed streams.
_PACKED: dict[bytes, Callable[..., Any]] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ\0": lzma.open,
}
# Bytes per member of a tar archive in addition to its content: header, long name and padding.
_TAR_OVERHEAD = 4096
# Bytes per member in a zip archive's directory; names and comments may have 64 KiB each but usually have a few hundred.
_ZIP_OVERHEAD = 1024


@dataclass(frozen=True)
class _Entry:
    name: str
    size: int
    regular: bool
    open: Callable[[], IO[bytes]]


def extract(path: Path, patterns: Sequence[str], target: Path, limits: Limits) -> list[str]:
    """Unpack the members of the archive `path` that match any of `patterns` into the folder `target`.

    The folder structure of the archive is preserved. Only regular files are written, never over one another and never
    outside `target`.

    Args:
        path: the archive; its first bytes determine its format.
        patterns: names of members; `*` matches anything but a slash. Each pattern must match at least one member.
        target: the folder to unpack into, created if missing. Use a temporary folder, since a failure leaves the
            members that were unpacked before it.
        limits: upper bounds on the bytes and members of the whole archive, whether unpacked or not.

    Returns:
        The sorted names of the unpacked members.

    Raises:
        QuantshiftError: the archive is damaged, unsafe or exceeds the limits, or a pattern matches nothing.
    """
    unmatched = set(patterns)
    written: list[str] = []
    with _entries(path, limits) as entries:
        for entry in _checked(entries, path, limits):
            matching = {pattern for pattern in patterns if _matches(entry.name, pattern)}
            if not matching:
                continue
            if not entry.regular:
                raise QuantshiftError(f"{path.name}: {entry.name!r} is not a regular file and cannot be unpacked")
            _write(entry, target / entry.name, path)
            written.append(entry.name)
            unmatched -= matching
    if unmatched:
        raise QuantshiftError(f"{path.name} does not contain {', '.join(sorted(unmatched))}")
    return sorted(written)


@contextlib.contextmanager
def _entries(path: Path, limits: Limits) -> Iterator[Iterator[_Entry]]:
    """Open an archive and yield its entries; a compressed stream is read to its end, where its checksum is."""
    try:
        with contextlib.ExitStack() as stack:
            stream = stack.enter_context(path.open("rb"))
            start = stream.read(8)
            stream.seek(0)
            if start.startswith((b"PK\3\4", b"PK\5\6")):
                _check_directory(stream, limits)
                yield _zip_entries(stack.enter_context(zipfile.ZipFile(stream)))
            else:
                content = debian.files_archive(stream, path) if start == debian.MAGIC else stream
                unpacked = stack.enter_context(_unpacked(content))
                # tarfile reads as many bytes at once as a header states, which may be any number.
                total = limits.unpacked + _TAR_OVERHEAD * (limits.members + 16)
                bounded = Bounded(cast(BinaryIO, unpacked), total, longest=CHUNK)
                yield _tar_entries(stack.enter_context(tarfile.open(fileobj=cast(BinaryIO, bounded), mode="r:")))
                bounded.finish()
    except _DAMAGE as error:
        raise _damaged(path, error) from error
    except OSError as error:
        if error.errno is not None:  # an error of the system (no space, no permission), not of the archive
            raise
        raise _damaged(path, error) from error


def _damaged(path: Path, error: Exception) -> QuantshiftError:
    return QuantshiftError(
        f"{path.name} cannot be unpacked because it is damaged: {str(error) or type(error).__name__}"
    )


def _unpacked(stream: BinaryIO) -> contextlib.AbstractContextManager[IO[bytes]]:
    """Return the decompressed stream, or the stream itself if it is not compressed."""
    start = stream.read(6)
    stream.seek(0)
    for magic, opened in _PACKED.items():
        if start.startswith(magic):
            return cast(contextlib.AbstractContextManager[IO[bytes]], opened(stream))
    return contextlib.nullcontext(stream)


def _check_directory(stream: BinaryIO, limits: Limits) -> None:
    """Check the length of a zip archive's directory, because zipfile reads it in one piece.

    Source: APPNOTE.TXT of PKWARE, sections 4.3.14 to 4.3.16: the end record is among the last 64 KiB.

    Raises:
        ValueError: the directory is too long for the allowed number of members.
    """
    end = stream.seek(0, 2)
    stream.seek(max(0, end - (1 << 16) - 22))
    tail = stream.read()
    stream.seek(0)
    if (place := tail.rfind(b"PK\5\6")) < 0 or len(tail) < place + 20:
        return  # zipfile reports the error
    (length,) = struct.unpack_from("<L", tail, place + 12)
    if length == 0xFFFFFFFF and (place := tail.rfind(b"PK\6\6")) >= 0 and len(tail) >= place + 48:
        (length,) = struct.unpack_from("<Q", tail, place + 40)
    if length > _ZIP_OVERHEAD * (limits.members + 16):
        raise ValueError(f"its directory of {length} bytes is too long for the limit of {limits.members} members")


def _zip_entries(archive: zipfile.ZipFile) -> Iterator[_Entry]:
    for info in archive.infolist():
        kind = stat.S_IFMT(info.external_attr >> 16)
        regular = not info.is_dir() and kind in (0, stat.S_IFREG)
        yield _Entry(info.filename, info.file_size, regular, partial(archive.open, info))


def _tar_entries(archive: tarfile.TarFile) -> Iterator[_Entry]:
    for info in archive:
        yield _Entry(info.name, info.size, info.isreg(), partial(_tar_stream, archive, info))


def _tar_stream(archive: tarfile.TarFile, info: tarfile.TarInfo) -> IO[bytes]:
    stream = archive.extractfile(info)
    assert stream is not None, "regular files have content"
    return stream


def _checked(entries: Iterable[_Entry], path: Path, limits: Limits) -> Iterator[_Entry]:
    """Yield the entries with plain relative names; raise at the first unsafe name or exceeded limit."""
    total = 0
    for count, entry in enumerate(entries, start=1):
        if entry.size < 0:
            raise ValueError(f"{entry.name!r} has {entry.size} bytes")
        total += entry.size
        if count > limits.members:
            raise QuantshiftError(f"{path.name} has more members than the limit of {limits.members}")
        if total > limits.unpacked:
            raise QuantshiftError(f"{path.name} unpacks to more than the limit of {limits.unpacked} bytes")
        name = entry.name.removeprefix("./").rstrip("/")
        if name in ("", "."):
            continue
        if re.match(r"/|[A-Za-z]:", name) or re.search(r"[\\\0]", name) or ".." in name.split("/"):
            raise QuantshiftError(f"{path.name} is unsafe and was not unpacked: it has a member named {entry.name!r}")
        yield _Entry(name, entry.size, entry.regular, entry.open)


def _matches(name: str, pattern: str) -> bool:
    parts, expected = name.split("/"), pattern.split("/")
    return len(parts) == len(expected) and all(map(fnmatch.fnmatchcase, parts, expected))


def _write(entry: _Entry, target: Path, path: Path) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file, entry.open() as stream:
            shutil.copyfileobj(stream, file, CHUNK)
            copied = file.tell()
    except (FileExistsError, NotADirectoryError) as error:
        raise QuantshiftError(f"{path.name} is unsafe: it has two members at {entry.name!r}") from error
    # Readers return at most the stated number of bytes, which truncates a bomb with a false size.
    if copied != entry.size:
        raise EOFError(f"{entry.name} has {copied} of {entry.size} bytes")
