"""Pickles of foreign origin: only plain values and numpy arrays are made, no other code is reached.

A pickle is a program, and a few bytes of it may ask for any amount of memory. So it is read twice: first its
instructions are looked through without any being carried out, and the checksum at the end of a gzip file is compared.
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

# Instructions of a pickle: a batch of CIFAR-10 has some ten thousand, and each may make an object.
_MOST_INSTRUCTIONS = 1_000_000
# Instructions whose argument is a place in the table of what is remembered.
_PLACES = ("PUT", "BINPUT", "LONG_BINPUT")


class _Array:
    """Stands for the class of arrays: pickles name it, and must not call it, for it makes arrays of any size."""

    def __new__(cls, *_: object) -> NoReturn:
        raise QuantshiftError("the pickle makes an array by itself, which is not allowed")


def _empty_array(kind: object, shape: object, typecode: object) -> NDArray[Any]:
    """Return what numpy's pickles begin an array with, an empty one; its content follows."""
    if kind is not _Array or shape != (0,):
        raise QuantshiftError(f"the pickle begins an array with the shape {shape}, which is not allowed")
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
            raise QuantshiftError(f"the pickle asks for {module}.{name}, which is not allowed") from None


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
            _look_through(Bounded(cast(BinaryIO, stream), limit), limit)
            stream.seek(0)
            return _Unpickler(cast(Any, Bounded(cast(BinaryIO, stream), limit)), encoding="latin-1").load()
    except (QuantshiftError, TooMuchError) as error:
        raise QuantshiftError(f"{path}: {error}: {remedy(path)}") from None
    except FileNotFoundError as error:
        raise missing(path) from error
    except Exception as error:  # damaged pickles raise almost anything
        raise damaged(path, "a complete pickle", error) from error


def _look_through(stream: Bounded, limit: int) -> None:
    """Read a pickle to its end without carrying it out.

    Raises:
        ValueError: it is damaged, or announces more than it holds.
        QuantshiftError: it has more instructions than any that is read here.
    """
    for count, (instruction, argument, _) in enumerate(pickletools.genops(cast(Any, stream))):
        if count >= _MOST_INSTRUCTIONS:
            raise QuantshiftError(f"the pickle has more than the limit of {_MOST_INSTRUCTIONS} instructions")
        # What is remembered is numbered from 0, and the table has room for all numbers below the largest.
        if instruction.name in _PLACES and int(str(argument)) > count:
            raise QuantshiftError(f"the pickle remembers a value as number {argument}, which is not allowed")
        if instruction.name == "FRAME" and int(str(argument)) > limit:
            raise QuantshiftError(f"the pickle announces {argument} bytes, more than its limit of {limit}")
    stream.finish()
