"""`.npz` archives that are read one array at a time and whose bytes depend on nothing but their arrays."""

import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantshift.errors import QuantshiftError
from quantshift.files import atomic, damaged

Path = str | os.PathLike[str]


class Archive:
    """An opened `.npz` file; an array is read when it is asked for and not kept."""

    def __init__(self, path: Path, content: Any) -> None:
        """Wrap numpy's reader of the file at `path`."""
        self.path = path
        self._content = content
        self.keys: tuple[str, ...] = tuple(content.files)

    def read(self, key: str) -> NDArray[Any]:
        """Return the array of `key`.

        Raises:
            QuantshiftError: there is none, or its bytes are damaged.
        """
        if key not in self.keys:
            raise QuantshiftError(
                f"{self.path} has no array {key!r}: it was made for something else; "
                "delete it and run snakemake again, it is made anew"
            )
        try:
            array: NDArray[Any] = self._content[key]
        except (ValueError, EOFError, OSError, zipfile.BadZipFile, zlib.error) as error:
            raise damaged(self.path, f"an .npz archive with a complete array {key!r}", error) from error
        if not isinstance(array, np.ndarray):  # numpy returns the bytes of a member that is something else
            raise damaged(self.path, "an .npz archive", ValueError(f"{key!r} is no array"))
        return array


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """Open an `.npz` file for reading.

    Raises:
        QuantshiftError: it is missing, truncated or not an archive.
    """
    try:
        content = np.load(path, allow_pickle=False)
    except FileNotFoundError as error:
        raise QuantshiftError(f"{path} is missing: run snakemake again, it makes the file anew") from error
    except (ValueError, EOFError, OSError, zipfile.BadZipFile) as error:
        raise damaged(path, "a complete .npz archive", error) from error
    if not isinstance(content, np.lib.npyio.NpzFile):
        raise damaged(path, "an .npz archive", ValueError("it holds one bare array"))
    with content:
        yield Archive(path, content)


def read_all(path: Path) -> dict[str, NDArray[Any]]:
    """Return all arrays of an `.npz` file by key.

    Raises:
        QuantshiftError: it is missing, truncated or not an archive.
    """
    with opened(path) as archive:
        return {key: archive.read(key) for key in archive.keys}


def write(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write `arrays` as a compressed `.npz` file, whole or not at all."""
    _write(path, arrays.items(), zipfile.ZIP_DEFLATED)


def store(path: Path, arrays: Iterable[tuple[str, NDArray[Any]]]) -> None:
    """Write keys and arrays as an uncompressed `.npz` file: floats hardly shrink. Each may be made at its turn."""
    _write(path, arrays, zipfile.ZIP_STORED)


def _write(path: Path, arrays: Iterable[tuple[str, NDArray[Any]]], method: int) -> None:
    """Write an archive; numpy's own writer puts the time of day into it, here equal arrays give equal bytes."""
    with atomic(path) as temporary, zipfile.ZipFile(temporary, "w") as archive:
        for key, array in arrays:
            member = zipfile.ZipInfo(f"{key}.npy")
            member.compress_type = method
            with archive.open(member, "w", force_zip64=True) as stream:
                np.lib.format.write_array(stream, array, allow_pickle=False)
