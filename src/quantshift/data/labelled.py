"""Labels and sources as they lie beside stored inputs, checked when they are read."""

import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantshift.core.errors import QuantshiftError
from quantshift.storage.arrays import read_array
from quantshift.storage.files import damaged, remedy

FilePath = str | os.PathLike[str]


def read_labels(path: FilePath, *, count: int | None = None, classes: int | None = None) -> NDArray[np.int64]:
    """Read labels, int64 [n].

    Args:
        path: the `.npy` file.
        count: the number of inputs that they are of, where it is known.
        classes: the number of classes, where it is known.

    Raises:
        QuantshiftError: the file is missing or damaged, has another number of labels, or some are of no class.
    """
    labels = _read(path, "labels", count)
    if fault := beyond(labels, classes):
        raise QuantshiftError(f"{path} holds {fault}: {remedy(path)}")
    return labels


def read_sources(path: FilePath, *, count: int | None = None) -> NDArray[np.int64]:
    """Read sources, int64 [n]: the ids of what inputs were made of.

    Args:
        path: the `.npy` file.
        count: the number of inputs that they are of, where it is known.

    Raises:
        QuantshiftError: the file is missing or damaged, or has another number of sources.
    """
    return _read(path, "sources", count)


def read_truth(
    folder: Path, *, count: int | None = None, classes: int | None = None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Read what is known of a test set's inputs: labels [n] and sources [n].

    Args:
        folder: the test set's.
        count: the number of its inputs, where it is known.
        classes: the number of classes, where it is known.

    Raises:
        QuantshiftError: a file is missing or damaged, has another number of entries, or labels of no class.
    """
    labels = read_labels(folder / "labels.npy", count=count, classes=classes)
    return labels, read_sources(folder / "sources.npy", count=len(labels))


def beyond(labels: NDArray[Any], classes: int | None) -> str | None:
    """Return in words which labels are of no class, or None where all are of 0..classes - 1.

    >>> beyond(np.array([3, 99]), 10), beyond(np.array([3, 9]), 10)
    ('the label 99, expected labels from 0 to 9', None)
    """
    wrong = labels < 0 if classes is None else (labels < 0) | (labels >= classes)
    if not wrong.any():
        return None
    expected = "labels of 0 and above" if classes is None else f"labels from 0 to {classes - 1}"
    return f"the label {labels[wrong][0]}, expected {expected}"


def fault_of(labels: Any, count: int, classes: int) -> str | None:
    """Return in words what is wrong with labels that somebody's code has read, or None.

    Args:
        labels: they have to be integers [count].
        count: the number of inputs.
        classes: the number of classes.
    """
    if not isinstance(labels, np.ndarray) or labels.dtype.kind not in "iu" or labels.shape != (count,):
        found = f"{getattr(labels, 'dtype', type(labels).__name__)} {list(getattr(labels, 'shape', ()))}"
        return f"labels {found} for {count} inputs, expected one integer for each"
    return beyond(labels, classes)


def _read(path: FilePath, what: str, count: int | None) -> NDArray[np.int64]:
    array = read_array(path)
    if array.dtype != np.int64 or array.ndim != 1:
        raise damaged(path, f"a list of {what}", ValueError(f"it holds {array.dtype} {list(array.shape)}"))
    if count is not None and len(array) != count:
        raise QuantshiftError(f"{path} has {len(array)} {what} for {count} inputs: {remedy(path)}")
    return array
