"""A user's `.npz` archives: arrays that are stored without compression are mapped, and others are unpacked.

Large compressed arrays are unpacked into files without a name, which the system deletes when the job ends.
"""

import io
import shutil
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from quantshift.core.errors import QuantshiftError
from quantshift.data.readers.npy import Header, expect_size, mapped, read_header, unreadable
from quantshift.storage.archives import CHUNK, ENDING, content_start

# Bytes of all compressed arrays of an archive, and of an array that is unpacked into memory.
LIMIT = 256 << 30
IN_MEMORY = 32 << 20
# Arrays of an archive, and the length of its directory in bytes, which zipfile reads at once.
MAX_ARRAYS = 1000
MAX_DIRECTORY = 1 << 20
# Source: APPNOTE.TXT of PKWARE, sections 4.3.14 to 4.3.16.
END_SEARCH = (1 << 16) + 22
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError, struct.error)


def read_npz(path: Path, limit: int = LIMIT) -> dict[str, NDArray[Any]]:
    """Read the arrays of an `.npz` file by key; the checksum of each is verified.

    Args:
        path: the file, as numpy.savez or numpy.savez_compressed writes it.
        limit: maximum number of bytes of all compressed arrays.

    Raises:
        QuantshiftError: the file is missing or damaged, an array holds Python objects or does not have the size that it
            states, or the compressed arrays exceed the limit.
    """
    with _opened(path, limit) as archive:
        return {info.filename.removesuffix(ENDING): _read(path, archive, info) for info in archive.infolist()}


def read_headers(path: Path) -> dict[str, Header]:
    """Read the headers of the arrays of an `.npz` file by key, without their content.

    Raises:
        QuantshiftError: the file is missing or damaged.
    """
    headers = {}
    with _opened(path, LIMIT) as archive:
        for info in archive.infolist():
            name = info.filename.removesuffix(ENDING)
            with archive.open(info) as stream:
                headers[name] = read_header(stream, f"{path}, array {name!r},")
    return headers


@contextmanager
def _opened(path: Path, limit: int) -> Iterator[zipfile.ZipFile]:
    """Open an `.npz` file whose directory of arrays is as numpy writes it; errors of the block are reported too.

    Raises:
        QuantshiftError: the file is missing or damaged, or its compressed arrays exceed the limit.
    """
    try:
        _check_directory(path)
        with zipfile.ZipFile(path) as archive:
            _check_members(path, archive.infolist(), limit)
            yield archive
    except OSError as error:
        raise unreadable(path, ".npz archive", error) from error
    except DAMAGE as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise QuantshiftError(f"{path} is not a complete .npz archive ({reason}): write it with numpy.savez") from error


def _check_directory(path: Path) -> None:
    """Check the length of the archive's directory before zipfile reads it.

    Raises:
        ValueError: it is too long.
    """
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - END_SEARCH))
        tail = stream.read()
    place = tail.rfind(b"PK\5\6")
    if place < 0 or len(tail) < place + 20:
        return  # zipfile reports the error
    (length,) = struct.unpack_from("<L", tail, place + 12)
    if length == 0xFFFFFFFF and (place := tail.rfind(b"PK\6\6")) >= 0 and len(tail) >= place + 48:
        (length,) = struct.unpack_from("<Q", tail, place + 40)
    if length > MAX_DIRECTORY:
        raise ValueError(f"its directory has {length} bytes, more than the limit of {MAX_DIRECTORY}")


def _check_members(path: Path, members: list[zipfile.ZipInfo], limit: int) -> None:
    """Check the names and the stated sizes of all members.

    Raises:
        ValueError: a member is not what numpy writes.
        QuantshiftError: there are no arrays, or the compressed arrays exceed the limit.
    """
    if not members:
        raise QuantshiftError(f"{path} has no arrays: expected one for each input of the model")
    if len(members) > MAX_ARRAYS:
        raise ValueError(f"it has {len(members)} arrays, more than the limit of {MAX_ARRAYS}")
    names = [info.filename for info in members]
    for info in members:
        if not info.filename.endswith(ENDING) or info.filename == ENDING:
            raise ValueError(f"it holds {info.filename!r}, which is not an array")
        if names.count(info.filename) > 1:
            raise ValueError(f"it has two arrays {info.filename.removesuffix(ENDING)!r}")
        if info.flag_bits & 1:
            raise ValueError(f"its array {info.filename!r} is encrypted")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ValueError(f"its array {info.filename!r} is compressed with method {info.compress_type}")
    total = sum(info.file_size for info in members if info.compress_type == zipfile.ZIP_DEFLATED)
    if total > limit:
        raise QuantshiftError(
            f"{path} unpacks to {total} bytes, more than the limit of {limit} for compressed arrays: write it with "
            "numpy.savez, whose arrays are read in parts"
        )
    large = sum(
        info.file_size for info in members if info.compress_type == zipfile.ZIP_DEFLATED and info.file_size > IN_MEMORY
    )
    if large and large > (free := shutil.disk_usage(Path.cwd()).free):
        raise QuantshiftError(
            f"{path} unpacks to {large} bytes, but the disk of {Path.cwd()} has only {free} bytes free: write it with "
            "numpy.savez, whose arrays are read where they are"
        )


def _read(path: Path, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> NDArray[Any]:
    """Return the array of a member: mapped if it is not compressed, else in memory."""
    where = f"{path}, array {info.filename.removesuffix(ENDING)!r},"
    if info.compress_type == zipfile.ZIP_DEFLATED:
        return _unpacked(archive, info, where)
    with archive.open(info) as stream:
        header = read_header(stream, where)
        expect_size(header, info.file_size - header.length, where)
        while stream.read(CHUNK):  # to the end, where zipfile compares the checksum
            pass
    return mapped(path, header, content_start(path, info))


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo, where: str) -> NDArray[Any]:
    """Return the array of a compressed member, in memory if it is small."""
    with archive.open(info) as stream:
        header = read_header(stream, where)
        expect_size(header, info.file_size - header.length, where)
        if info.file_size <= IN_MEMORY:
            items = np.frombuffer(_complete(stream, info).getbuffer(), header.dtype, offset=header.length)
            return items.reshape(header.shape, order="F" if header.fortran else "C")
        # In the folder of the run, because a folder for temporary files may be in memory.
        with tempfile.TemporaryFile(dir=Path.cwd()) as file:
            _complete(stream, info, file)
            file.flush()
            return mapped(file, header, 0)


def _complete(stream: IO[bytes], info: zipfile.ZipInfo, target: Any = None) -> Any:
    """Write the content of a member to a file, by default in memory, and return the file.

    Raises:
        ValueError: the content does not have the size that the archive states.
        zipfile.BadZipFile: it does not have the checksum that the archive states.
    """
    target = io.BytesIO() if target is None else target
    stream.seek(0)
    length = 0
    while block := stream.read(min(CHUNK, info.file_size - length + 1)):  # to the end, where the checksum is compared
        length += len(block)
        if length > info.file_size:
            break
        target.write(block)
    if length != info.file_size:
        raise ValueError(f"its array {info.filename!r} states {info.file_size} bytes and has {length}")
    return target
