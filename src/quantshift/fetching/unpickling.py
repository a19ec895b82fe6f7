"""Pickles of foreign origin: only plain values and numpy arrays are made, no other code is reached."""

import gzip
import pickle
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np
from numpy._core.multiarray import _reconstruct

from quantshift.errors import QuantshiftError
from quantshift.files import damaged, missing

# `numpy.core` is the name before numpy 2.
_ALLOWED: dict[tuple[str, str], Any] = {
    ("numpy.core.multiarray", "_reconstruct"): _reconstruct,
    ("numpy._core.multiarray", "_reconstruct"): _reconstruct,
    ("numpy", "ndarray"): np.ndarray,
    ("numpy", "dtype"): np.dtype,
}


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        try:
            return _ALLOWED[module, name]
        except KeyError:
            raise QuantshiftError(f"the pickle asks for {module}.{name}, which is not allowed") from None


class _Bounded:
    """A stream that refuses to hand out more than `limit` bytes: gzip can pack a thousand to one."""

    def __init__(self, stream: BinaryIO, limit: int) -> None:
        self._stream, self._left = stream, limit

    def read(self, size: int = -1, /) -> bytes:
        return self._take(self._stream.read(self._left + 1 if size < 0 else min(size, self._left + 1)))

    def readline(self) -> bytes:
        return self._take(self._stream.readline(self._left + 1))

    def _take(self, data: bytes) -> bytes:
        self._left -= len(data)
        if self._left < 0:
            raise QuantshiftError("the pickle is larger than its limit")
        return data


def read(path: Path, limit: int) -> Any:
    """Return what the pickle at `path` holds (``.gz`` is unpacked); texts of Python 2 are read as latin-1.

    Args:
        path: a pickle of None, numbers, texts, lists, tuples, dicts and numpy arrays.
        limit: the most bytes that are read, after unpacking.

    Raises:
        QuantshiftError: the pickle is damaged, larger than `limit`, or asks for anything else; the message names it.
    """
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
            return _Unpickler(_Bounded(cast(BinaryIO, stream), limit), encoding="latin-1").load()
    except QuantshiftError as error:
        raise QuantshiftError(f"{path}: {error}") from None
    except FileNotFoundError as error:
        raise missing(path) from error
    except Exception as error:  # damaged pickles raise almost anything
        raise damaged(path, "a complete pickle", error) from error
