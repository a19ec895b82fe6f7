"""Images: bytes [n, channels, height, width], which models take as float32 in 0..1."""

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

# Bytes of images that are shifted at a time: as many as memory need hold, whatever the test set's size.
PART = 8 << 20

Images = NDArray[Any] | Rows


def fault(images: Any, shape: Sequence[int]) -> str | None:
    """Return in words what is wrong with images that a data set's reader returns, or None.

    Args:
        images: they have to be uint8 [n, *shape].
        shape: channels, height and width of an image.
    """
    dtype, found = getattr(images, "dtype", type(images).__name__), list(getattr(images, "shape", ()))
    if dtype == np.uint8 and found[1:] == list(shape):
        return None
    return f"inputs {dtype} {found}, expected uint8 {['n', *shape]} (its SHAPE)"


def split(images: Mapping[str, Images], _: DataSet) -> tuple[dict[str, Stored], list[Any]]:
    """Return the images of each split as they are stored, and what lies beside the splits: nothing."""
    return {name: Stored.of(part) for name, part in images.items()}, []


def read(clean: Path) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.int64]]:
    """Return the clean test set in `clean` as shifts take it: images as stored, labels [n] and sources [n].

    Raises:
        QuantshiftError: a file is missing or damaged, or does not fit the others.
    """
    images = read_array(clean / SHIFTED[0])
    return images, *read_truth(clean, count=len(images))


def shifted(
    images: NDArray[np.uint8],
    index: NDArray[np.int64],
    change: Callable[[NDArray[np.uint8]], NDArray[np.uint8]],
    _: DataSet,
) -> Stored:
    """Return shifted copies of the images at `index`, which are made some at a time.

    Args:
        images: the clean test set, as stored.
        index: [k], which of them are shifted.
        change: the shift, of images in the form that `planes` gives.
    """
    made = (stored(change(planes(part))) for part in parts(images, PART, index=index))
    return Stored(Streamed((len(index), *images.shape[1:]), images.dtype, made))


def encoded(images: Images, _: DataSet) -> Stored:
    """Return other images, in the form that `planes` gives or lazy and as stored, as they are stored."""
    return Stored.of(images if isinstance(images, Rows) else stored(images))


def random_inputs(count: int, facts: Mapping[str, Any], random: np.random.Generator) -> NDArray[np.uint8]:
    """Return random images, uint8 [count, channels, height, width]."""
    return random.integers(0, 256, (count, *facts["SHAPE"]), dtype=np.uint8)


def planes(images: NDArray[Any]) -> NDArray[Any]:
    """Return stored images [n, channels, height, width] as shifts take them: [n, height, width], or with channels last.

    >>> planes(np.zeros((2, 1, 28, 28))).shape, planes(np.zeros((2, 3, 32, 32))).shape
    ((2, 28, 28), (2, 32, 32, 3))
    """
    return images[:, 0] if images.shape[1] == 1 else images.transpose(0, 2, 3, 1)


def stored(images: NDArray[Any]) -> NDArray[Any]:
    """Return the inverse of `planes`."""
    return images[:, None] if images.ndim == 3 else images.transpose(0, 3, 1, 2)
