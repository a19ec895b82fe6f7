"""MNIST: handwritten digits, LeCun, Cortes and Burges."""

import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantshift.core.dataset_facts import facts_of
from quantshift.core.errors import QuantshiftError
from quantshift.data.splits import Raw
from quantshift.fetching import idx, unpickling
from quantshift.fetching.origin import origin_of
from quantshift.storage.files import remedy

_FACTS = facts_of("mnist")
_PICKLE_LIMIT = 256 << 20  # bytes; the file needs 220 million

_Parts = tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.uint8], NDArray[np.int64]]


def read(folder: Path) -> Raw:
    """Return MNIST from the fetched `folder`, whichever origin it came from.

    Images are uint8 [60000, 1, 28, 28] and [10000, 1, 28, 28] with values 0..255 (0 is background), labels int64 0..9,
    in the order of the IDX files.

    Raises:
        QuantshiftError: a file is missing or damaged, or its shapes, counts or values are not those of MNIST.
    """
    origin = origin_of(folder)
    read_parts = _read_pickle if origin == "package" else _read_idx
    train_images, train_labels, test_images, test_labels = read_parts(folder)
    for name, images, labels, count in (
        ("training", train_images, train_labels, _FACTS.training_count),
        ("test", test_images, test_labels, _FACTS.test_count),
    ):
        _expect(images.shape == (count, *_FACTS.shape), folder, f"{name} images of shape {images.shape}")
        _expect(labels.shape == (count,), folder, f"{name} labels of shape {labels.shape}")
        _expect(
            bool(np.all((labels >= 0) & (labels < _FACTS.classes))),
            folder,
            f"{name} labels outside 0..{_FACTS.classes - 1}",
        )
    return Raw(train_images, train_labels, test_images, test_labels)


def _read_idx(folder: Path) -> _Parts:
    train, train_labels, test, test_labels = idx.read_set(folder)
    return train[:, np.newaxis], train_labels.astype(np.int64), test[:, np.newaxis], test_labels.astype(np.int64)


def _read_pickle(folder: Path) -> _Parts:
    """Read the file of the package: (images, labels) of 50,000, 10,000 and 10,000 images, the last for testing."""
    path = folder / "mnist" / "data" / "mnist.pkl.gz"
    content: Any = unpickling.read(path, _PICKLE_LIMIT)
    _expect(isinstance(content, tuple | list) and len(content) == 3, path, f"a {type(content).__name__}, not 3 pairs")
    first, second, test = (_pair(pair, path) for pair in content)
    return np.concatenate([first[0], second[0]]), np.concatenate([first[1], second[1]]), *test


def _pair(pair: Any, path: Path) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return images uint8 [n, 1, 28, 28] and labels int64 [n] from float32 [n, 784] of k/256 and int64 [n]."""
    _expect(isinstance(pair, tuple | list) and len(pair) == 2, path, "a part that is not a pair (images, labels)")
    images, labels = pair
    for array, kind, axes in ((images, "f", 2), (labels, "i", 1)):
        valid = isinstance(array, np.ndarray) and array.dtype.kind == kind and array.ndim == axes
        _expect(valid, path, f"{type(array).__name__} of type {getattr(array, 'dtype', None)} in a pair")
    _expect(images.shape[1] == math.prod(_FACTS.shape), path, f"images of {images.shape[1]} pixels")
    values = np.rint(images * 256)
    # NaN fails both comparisons.
    _expect(bool(np.all((values >= 0) & (values <= 255))), path, "pixels outside 0..255/256")
    return values.astype(np.uint8).reshape(-1, *_FACTS.shape), labels.astype(np.int64)


def _expect(condition: bool, place: Path, actual: str) -> None:
    if not condition:
        raise QuantshiftError(f"{place} is not MNIST, it holds {actual}: {remedy(place)}")
