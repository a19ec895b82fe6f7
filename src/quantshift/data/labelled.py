"""Labels and sources of stored inputs, checked when they are read."""

import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantshift.core.errors import QuantshiftError
from quantshift.storage.arrays import read_array
from quantshift.storage.files import damaged, remedy

FilePath = str | os.PathLike[str]

# Stands for the label of an input in test sets without labels.
NO_LABEL = -1


def read_labels(path: FilePath, *, count: int | None = None, classes: int | None = None) -> NDArray[np.int64]:
    """Read labels, int64 [n]; in test sets without labels, all are NO_LABEL.

    Args:
        path: the `.npy` file.
        count: expected number of labels, or None to accept any.
        classes: number of classes, in a data set that has labels; None to accept any label of 0 and above, or none.

    Raises:
        QuantshiftError: the file is missing or damaged, or has a wrong number of labels or invalid labels.
    """
    labels = _read(path, "labels", count)
    required = classes is not None or has_labels(labels)
    if required and (fault := invalid_label(labels, classes)):
        raise QuantshiftError(f"{path} holds {fault}: {remedy(path)}")
    return labels


def read_sources(path: FilePath, *, count: int | None = None) -> NDArray[np.int64]:
    """Read sources, int64 [n]: for each input, the id of its source.

    Args:
        path: the `.npy` file.
        count: expected number of sources, or None to accept any.

    Raises:
        QuantshiftError: the file is missing or damaged, or has a different number of sources.
    """
    return _read(path, "sources", count)


def read_truth(
    folder: Path, *, count: int | None = None, classes: int | None = None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Read labels [n] and sources [n] of a test set.

    Args:
        folder: folder of the test set.
        count: expected number of inputs, or None to accept any.
        classes: number of classes, or None to accept any label of 0 and above.

    Raises:
        QuantshiftError: a file is missing or damaged, or has a wrong number of entries or invalid labels.
    """
    labels = read_labels(folder / "labels.npy", count=count, classes=classes)
    return labels, read_sources(folder / "sources.npy", count=len(labels))


def has_labels(labels: NDArray[np.integer]) -> bool:
    """Return whether a test set has labels [n], of all its inputs.

    >>> has_labels(np.array([0, 3])), has_labels(np.array([NO_LABEL, NO_LABEL]))
    (True, False)
    """
    return not len(labels) or bool((labels != NO_LABEL).any())


def invalid_label(labels: NDArray[Any], classes: int | None) -> str | None:
    """Return a description of the first label outside 0..classes - 1, or None if all are valid.

    >>> invalid_label(np.array([3, 99]), 10), invalid_label(np.array([3, 9]), 10)
    ('the label 99, expected labels from 0 to 9', None)
    """
    wrong = labels < 0 if classes is None else (labels < 0) | (labels >= classes)
    if not wrong.any():
        return None
    expected = "labels of 0 and above" if classes is None else f"labels from 0 to {classes - 1}"
    return f"the label {labels[wrong][0]}, expected {expected}"


def fault_of(labels: Any, count: int, classes: int) -> str | None:
    """Return a description of what is wrong with the labels that a reader returns, or None.

    Args:
        labels: must be integers [count].
        count: number of inputs.
        classes: number of classes.
    """
    if not isinstance(labels, np.ndarray) or labels.dtype.kind not in "iu" or labels.shape != (count,):
        actual = f"{getattr(labels, 'dtype', type(labels).__name__)} {list(getattr(labels, 'shape', ()))}"
        return f"labels {actual} for {count} inputs, expected one integer for each"
    return invalid_label(labels, classes)


def _read(path: FilePath, what: str, count: int | None) -> NDArray[np.int64]:
    array = read_array(path)
    if array.dtype != np.int64 or array.ndim != 1:
        raise damaged(path, f"a list of {what}", ValueError(f"it holds {array.dtype} {list(array.shape)}"))
    if count is not None and len(array) != count:
        raise QuantshiftError(f"{path} has {len(array)} {what} for {count} inputs: {remedy(path)}")
    return array
