"""Read untrusted pickles: they may create only plain values and numpy arrays, and run no other code.

A pickle is a program, and a few bytes of it can request any amount of memory. It is therefore read twice: the first
pass checks its instructions without executing them, and verifies the checksum at the end of a gzip file.
"""

import gzip
import pickle
import pickletools
from pathlib import Path
from typing import Any, BinaryIO, NoReturn, cast

import numpy as np
from numpy._core.multiarray import _reconstruct
from numpy.typing import NDArray

from quantshift.core.errors import QuantshiftError
from quantshift.fetching.bounded import Bounded, TooMuchError
from quantshift.storage.files import damaged, missing, remedy

# Limit on instructions, each of which may create an object; a batch of CIFAR-10 has about ten thousand.
_MAX_INSTRUCTIONS = 1_000_000
# Instructions whose argument is an index into the memo.
_MEMO_INSTRUCTIONS = ("PUT", "BINPUT", "LONG_BINPUT")


class _Array:
    """A stand-in for `numpy.ndarray`: pickles name the class but must not call it, as it can create huge arrays."""

    def __new__(cls, *_: object) -> NoReturn:
        raise QuantshiftError("the pickle calls numpy.ndarray, which is not allowed")


def _empty_array(kind: object, shape: object, typecode: object) -> NDArray[Any]:
    """Return the empty array with which numpy's pickles start an array; its content follows."""
    if kind is not _Array or shape != (0,):
        raise QuantshiftError(f"the pickle starts an array with the shape {shape}, which is not allowed")
    return cast(NDArray[Any], _reconstruct(np.ndarray, (0,), b"b"))


# `numpy.core` is the name before numpy 2.
_ALLOWED: dict[tuple[str, str], Any] = {
    ("numpy.core.multiarray", "_reconstruct"): _empty_array,
    ("numpy._core.multiarray", "_reconstruct"): _empty_array,
    ("numpy", "ndarray"): _Array,
    ("numpy", "dtype"): np.dtype,
}


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        try:
            return _ALLOWED[module, name]
        except KeyError:
            raise QuantshiftError(f"the pickle uses {module}.{name}, which is not allowed") from None


def read(path: Path, limit: int) -> Any:
    """Return the value of the pickle at `path` (``.gz`` is decompressed); strings of Python 2 are read as latin-1.

    Args:
        path: a pickle of None, numbers, strings, lists, tuples, dicts and numpy arrays.
        limit: maximum number of bytes after decompression.

    Raises:
        QuantshiftError: the pickle is damaged, larger than `limit`, or uses anything else, which the message names.
    """
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
            _check_instructions(Bounded(cast(BinaryIO, stream), limit), limit)
            stream.seek(0)
            return _Unpickler(cast(Any, Bounded(cast(BinaryIO, stream), limit)), encoding="latin-1").load()
    except (QuantshiftError, TooMuchError) as error:
        raise QuantshiftError(f"{path}: {error}: {remedy(path)}") from None
    except FileNotFoundError as error:
        raise missing(path) from error
    except Exception as error:  # damaged pickles raise almost any exception
        raise damaged(path, "a complete pickle", error) from error


def _check_instructions(stream: Bounded, limit: int) -> None:
    """Read a pickle to its end without executing it.

    Raises:
        ValueError: it is damaged, or states a length that exceeds its content.
        QuantshiftError: it has too many instructions, or states a length or memo index that is too large.
    """
    for count, (instruction, argument, _) in enumerate(pickletools.genops(cast(Any, stream))):
        if count >= _MAX_INSTRUCTIONS:
            raise QuantshiftError(f"the pickle has more than the limit of {_MAX_INSTRUCTIONS} instructions")
        # Memo indices count from 0, and the memo allocates space for all indices up to the largest.
        if instruction.name in _MEMO_INSTRUCTIONS and int(str(argument)) > count:
            raise QuantshiftError(f"the pickle uses the memo index {argument}, which is not allowed")
        if instruction.name == "FRAME" and int(str(argument)) > limit:
            raise QuantshiftError(f"the pickle states {argument} bytes, more than its limit of {limit}")
    stream.finish()
