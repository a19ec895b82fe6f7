"""The IDX format of MNIST and similar data sets: gzip, a header of big-endian numbers, then unsigned bytes."""

import gzip
import math
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from quantshift.core.errors import QuantshiftError
from quantshift.storage.files import missing, remedy

_UNSIGNED_BYTE = 0x08
_LARGEST = 1 << 30  # bytes; MNIST has 47 million


def read(path: Path, dimensions: int) -> NDArray[np.uint8]:
    """Return the array in a gzipped IDX file, uint8 with `dimensions` axes (3 for images: n, height, width).

    Source: the description of the files, http://yann.lecun.com/exdb/mnist/: two zero bytes, the type, the number of
    axes, the length of each axis in four bytes, the values in C order.

    Raises:
        QuantshiftError: the file is missing, truncated, of another type or rank, or longer or shorter than its header
            states.
    """
    try:
        with gzip.open(path) as stream:
            start = stream.read(4)
            expected = bytes([0, 0, _UNSIGNED_BYTE, dimensions])
            if start != expected:
                raise ValueError(f"it starts with 0x{start.hex()}, expected 0x{expected.hex()}")
            header = stream.read(4 * dimensions)
            if len(header) != 4 * dimensions:
                raise ValueError("its header is truncated")
            shape = tuple(np.frombuffer(header, dtype=">u4").tolist())
            size = math.prod(shape)
            if size > _LARGEST:
                raise ValueError(f"its header states {size} bytes, more than the limit of {_LARGEST}")
            body = stream.read(size + 1)
            if len(body) != size:
                raise ValueError(
                    f"it has {'fewer' if len(body) < size else 'more'} than the {size} bytes that its header states"
                )
    except FileNotFoundError as error:
        raise missing(path) from error
    except (ValueError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise QuantshiftError(
            f"{path} is not a complete IDX file of {dimensions} axes ({error}): {remedy(path)}"
        ) from error
    return np.frombuffer(body, dtype=np.uint8).reshape(shape)


def read_set(folder: Path) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]:
    """Return training images, training labels, test images and test labels from the four files of MNIST.

    Raises:
        QuantshiftError: a file is missing or damaged.
    """
    (train, train_labels), (test, test_labels) = (
        (read(folder / f"{part}-images-idx3-ubyte.gz", 3), read(folder / f"{part}-labels-idx1-ubyte.gz", 1))
        for part in ("train", "t10k")
    )
    return train, train_labels, test, test_labels
