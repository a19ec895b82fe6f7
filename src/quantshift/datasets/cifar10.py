"""CIFAR-10: small photographs of ten kinds of things, Krizhevsky, 2009."""

import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantshift.core.errors import QuantshiftError
from quantshift.data.splits import Raw
from quantshift.fetching import unpickling
from quantshift.storage.files import remedy

ARTIFACT = "cifar10"
CLASSES = 10
COUNTS = (50_000, 10_000)  # training, test
INPUT = "image"
SHAPE = (3, 32, 32)

_TRAIN = tuple(f"data_batch_{number}" for number in range(1, 6))
_TEST = ("test_batch",)
_EACH = 10_000  # images of a batch
_PICKLE_LIMIT = 64 << 20  # bytes; a batch has 31 million


def read(folder: Path) -> Raw:
    """Return CIFAR-10 from the fetched `folder`, which holds `cifar-10-batches-py`.

    Images are uint8 [50000, 3, 32, 32] and [10000, 3, 32, 32], RGB with values 0..255, labels int64 0..9, in the order
    of the batches.

    Raises:
        QuantshiftError: a file is missing or damaged, asks for code, or does not hold what a batch of CIFAR-10 does.
    """
    batches = folder / "cifar-10-batches-py"
    return Raw(*_join(batches, _TRAIN), *_join(batches, _TEST))


def _join(folder: Path, names: tuple[str, ...]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    images = np.empty((len(names) * _EACH, *SHAPE), np.uint8)
    labels = np.empty(len(images), np.int64)
    for number, name in enumerate(names):
        part = slice(number * _EACH, (number + 1) * _EACH)
        images[part], labels[part] = _read_batch(folder / name)
    return images, labels


def _read_batch(path: Path) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Read one batch: a dict with `data`, uint8 [10000, 3072] (red, green, blue; row by row), and `labels`, a list."""
    batch: Any = unpickling.read(path, _PICKLE_LIMIT)
    _expect(isinstance(batch, dict), path, f"a {type(batch).__name__}, not a dict")
    missing = [name for name in ("data", "labels") if name not in batch]
    _expect(not missing, path, f"no {' and no '.join(missing)}")
    data, labels = batch["data"], batch["labels"]
    layout = f"{getattr(data, 'dtype', type(data).__name__)} {getattr(data, 'shape', '')}"
    right = isinstance(data, np.ndarray) and data.dtype == np.uint8 and data.shape == (_EACH, math.prod(SHAPE))
    _expect(right, path, f"data {layout}")
    whole = isinstance(labels, list) and all(type(label) is int for label in labels)
    _expect(whole, path, "labels that are no list of whole numbers")
    _expect(len(labels) == _EACH, path, f"{len(labels)} labels")
    _expect(all(0 <= label < CLASSES for label in labels), path, f"labels beyond 0..{CLASSES - 1}")
    return data.reshape(-1, *SHAPE), np.array(labels, np.int64)


def _expect(condition: bool, path: Path, found: str) -> None:
    if not condition:
        raise QuantshiftError(f"{path} is not a batch of {_EACH} images of CIFAR-10, it holds {found}: {remedy(path)}")
