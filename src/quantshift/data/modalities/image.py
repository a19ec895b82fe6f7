"""Images: stored as bytes [n, channels, height, width] and fed to models as float32 in 0..1."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantshift.data.labelled import read_truth
from quantshift.data.modalities import DataSet
from quantshift.data.stored import Stored
from quantshift.storage.arrays import Rows, Streamed, parts, read_array

STORED = "uint8"
FED = "float32"
FULL_SCALE = 255
CHANNEL_AXES = 1
INPUTS = "inputs.npy"
FACTS = ()
SHIFTED = ("inputs.npy",)
ENCODED_WITH = ()
SHOWN = "inputs.npy"
NATURAL_ORDER = 1

# Bytes of images shifted at a time, which bounds memory for test sets of any size.
PART = 8 << 20

Images = NDArray[Any] | Rows


def fault(images: Any, shape: Sequence[int]) -> str | None:
    """Return a description of what is wrong with images that a data set's reader returns, or None.

    Args:
        images: must be uint8 [n, *shape].
        shape: channels, height and width of an image.
    """
    dtype, actual = getattr(images, "dtype", type(images).__name__), list(getattr(images, "shape", ()))
    if dtype == np.uint8 and actual[1:] == list(shape):
        return None
    return f"inputs {dtype} {actual}, expected uint8 {['n', *shape]} (its shape)"


def split(images: Mapping[str, Images], _: DataSet) -> tuple[dict[str, Stored], list[Any]]:
    """Return the stored images of each split, and an empty list as the file of the data set."""
    return {name: Stored.of(part) for name, part in images.items()}, []


def read(clean: Path) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.int64]]:
    """Return the clean test set in the folder `clean` for shifts: images as stored, labels [n] and sources [n].

    Raises:
        QuantshiftError: a file is missing, damaged or inconsistent with the others.
    """
    images = read_array(clean / SHIFTED[0])
    return images, *read_truth(clean, count=len(images))


def shifted(
    images: NDArray[np.uint8],
    index: NDArray[np.int64],
    change: Callable[[NDArray[np.uint8]], NDArray[np.uint8]],
    _: DataSet,
) -> Stored:
    """Return shifted copies of the images at `index`, which are computed in blocks.

    Args:
        images: the stored images of the clean test set.
        index: [k], indices of the images to shift.
        change: the shift, applied to images in the form that `planes` returns.
    """
    blocks = (stored(change(planes(part))) for part in parts(images, PART, index=index))
    return Stored(Streamed((len(index), *images.shape[1:]), images.dtype, blocks))


def encoded(images: Images, _: DataSet) -> Stored:
    """Return other images in stored form; they have the form that `planes` returns, or are lazy and in stored form."""
    return Stored.of(images if isinstance(images, Rows) else stored(images))


def random_inputs(
    count: int, shape: Sequence[int], _: Mapping[str, int], random: np.random.Generator
) -> NDArray[np.uint8]:
    """Return random images, uint8 [count, channels, height, width]."""
    return random.integers(0, 256, (count, *shape), dtype=np.uint8)


def planes(images: NDArray[Any]) -> NDArray[Any]:
    """Return stored images [n, channels, height, width] in the form for shifts: [n, height, width] or channels last.

    >>> planes(np.zeros((2, 1, 28, 28))).shape, planes(np.zeros((2, 3, 32, 32))).shape
    ((2, 28, 28), (2, 32, 32, 3))
    """
    return images[:, 0] if images.shape[1] == 1 else images.transpose(0, 2, 3, 1)


def stored(images: NDArray[Any]) -> NDArray[Any]:
    """Return the inverse of `planes`."""
    return images[:, None] if images.ndim == 3 else images.transpose(0, 3, 1, 2)
