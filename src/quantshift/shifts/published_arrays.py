"""Read and check arrays of published archives."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantshift.core.errors import Message, QuantshiftError


def load(file: Path, archive: str) -> NDArray[Any]:
    """Return one array as a read-only memory map; pickles are refused, since loading them could run any code.

    Args:
        file: a .npy file.
        archive: the archive that the file is from, for messages.

    Raises:
        QuantshiftError: the file is missing or damaged, or not a single array.
    """
    try:
        array = np.load(file, mmap_mode="r", allow_pickle=False)
    except FileNotFoundError as error:
        raise QuantshiftError(f"{file} is missing: unpack {archive} again") from error
    except (ValueError, EOFError, OSError) as error:
        expected = "a complete .npy array without pickles"
        raise unexpected(file, f"a file that cannot be read ({error})", expected, archive) from error
    if not isinstance(array, np.ndarray):
        raise unexpected(file, "an archive of several arrays", "one .npy array", archive)
    return array


def check(
    images_file: Path, labels_file: Path, shape: tuple[int, ...], classes: int, archive: str
) -> tuple[NDArray[np.uint8], NDArray[np.integer[Any]]]:
    """Return the images [n, *shape], uint8, and the labels [n], 0..classes - 1, from two files of an archive.

    Raises:
        QuantshiftError: a file is missing or damaged, or holds other arrays.
    """
    images, labels = load(images_file, archive), load(labels_file, archive)
    if images.dtype != np.uint8 or images.ndim != 1 + len(shape) or images.shape[1:] != shape:
        layout = ", ".join(map(str, ("n", *shape)))
        raise unexpected(images_file, describe(images), f"uint8 images [{layout}]", archive)
    if not np.issubdtype(labels.dtype, np.integer) or labels.ndim != 1:
        raise unexpected(labels_file, describe(labels), "integer labels [n]", archive)
    if len(labels) != len(images):
        expected = f"{len(images)}, one for each image in {images_file}"
        raise unexpected(labels_file, f"{len(labels)} labels", expected, archive)
    outside = labels[(labels < 0) | (labels >= classes)]
    if outside.size:
        raise unexpected(labels_file, f"the label {outside[0]}", f"labels from 0 to {classes - 1}", archive)
    return images, labels


def describe(array: NDArray[Any]) -> Message:
    """Return an array's type and shape as text."""
    return f"{array.dtype} {list(array.shape)}"


def unexpected(file: Path, content: str, expected: str, archive: str) -> QuantshiftError:
    """Return the error for a file with unexpected content."""
    return QuantshiftError(f"{file} holds {content}, expected {expected}: unpack {archive} again")
