"""Arrays on the disk: `.npy` files that are written whole or not at all and read by mapping them into memory."""

import os
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantshift.errors import QuantshiftError
from quantshift.files import atomic, damaged


def write_array(path: str | os.PathLike[str], array: NDArray[Any]) -> None:
    """Write one array as `.npy`.

    Raises:
        ValueError: its items are Python objects, which only pickles could keep.
    """
    if array.dtype.hasobject:
        raise ValueError("an array of Python objects is not written")
    content = np.asarray(array, order="C")
    header = np.lib.format.header_data_from_array_1_0(content)
    with atomic(path) as temporary, temporary.open("wb") as stream:
        # numpy's own writer does not say why it could not write, so that a full disk would not be told as one.
        np.lib.format.write_array_header_1_0(stream, header)
        stream.write(content.data)


def read_array(path: str | os.PathLike[str]) -> NDArray[Any]:
    """Map a `.npy` file into memory, read-only, so that large arrays are never read whole.

    Raises:
        QuantshiftError: the file is missing, truncated or not a `.npy` file.
    """
    try:
        array: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    except FileNotFoundError as error:
        raise QuantshiftError(f"{path} is missing: run snakemake again, it makes the file anew") from error
    except (ValueError, EOFError, OSError) as error:
        raise damaged(path, "a complete .npy array", error) from error
    return array
