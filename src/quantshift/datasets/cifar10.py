"""CIFAR-10: small photographs of ten kinds of things, Krizhevsky, 2009."""

import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantshift.core.dataset_facts import facts_of
from quantshift.core.errors import QuantshiftError
from quantshift.data.sources import cifar10_sheets
from quantshift.data.splits import Raw
from quantshift.fetching import unpickling
from quantshift.fetching.origin import origin_of
from quantshift.storage.files import remedy

_FACTS = facts_of("cifar10")
_TRAIN = tuple(f"data_batch_{number}" for number in range(1, 6))
_TEST = ("test_batch",)
_BATCH = 10_000  # images per batch
_PICKLE_LIMIT = 64 << 20  # bytes; a batch needs 31 million

_Part = tuple[NDArray[np.uint8], NDArray[np.int64]]


def read(folder: Path) -> Raw:
    """Return CIFAR-10 from the fetched `folder`, whichever origin it came from.

    Images are uint8 [50000, 3, 32, 32] and [10000, 3, 32, 32], RGB with values 0..255, labels int64 0..9, in the order
    of the batches.

    Raises:
        QuantshiftError: a file is missing or damaged, contains code, or is not a batch of CIFAR-10.
    """
    read_part = _read_sheets if origin_of(folder) == "package" else _read_pickles
    return Raw(*read_part(folder, _TRAIN), *read_part(folder, _TEST))


def _read_sheets(folder: Path, names: tuple[str, ...]) -> _Part:
    """Read the files of the package: PNG files, and one list with the labels of all training or all test images."""
    images = np.empty((len(names) * _BATCH, *_FACTS.shape), np.uint8)
    # Misspelled in the package.
    file = folder / "package" / ("train_lables.json" if names == _TRAIN else "test_lables.json")
    labels = cifar10_sheets.read_labels(file, len(images), _FACTS.classes)
    for part, name in zip(np.split(images, len(names)), names, strict=True):
        part[...] = cifar10_sheets.read_images(folder / "package" / f"{name}.png", _BATCH, _FACTS.shape)
    return images, labels


def _read_pickles(folder: Path, names: tuple[str, ...]) -> _Part:
    images = np.empty((len(names) * _BATCH, *_FACTS.shape), np.uint8)
    labels = np.empty(len(images), np.int64)
    for number, name in enumerate(names):
        part = slice(number * _BATCH, (number + 1) * _BATCH)
        images[part], labels[part] = _read_batch(folder / "cifar-10-batches-py" / name)
    return images, labels


def _read_batch(path: Path) -> _Part:
    """Read one batch: a dict with `data`, uint8 [10000, 3072] (red, green, blue; row by row), and `labels`, a list."""
    batch: Any = unpickling.read(path, _PICKLE_LIMIT)
    _expect(isinstance(batch, dict), path, f"a {type(batch).__name__}, not a dict")
    missing = [name for name in ("data", "labels") if name not in batch]
    _expect(not missing, path, f"no {' and no '.join(missing)}")
    data, labels = batch["data"], batch["labels"]
    layout = f"{getattr(data, 'dtype', type(data).__name__)} {getattr(data, 'shape', '')}"
    valid = isinstance(data, np.ndarray) and data.dtype == np.uint8 and data.shape == (_BATCH, math.prod(_FACTS.shape))
    _expect(valid, path, f"data {layout}")
    integers = isinstance(labels, list) and all(type(label) is int for label in labels)
    _expect(integers, path, "labels that are not a list of whole numbers")
    _expect(len(labels) == _BATCH, path, f"{len(labels)} labels")
    _expect(all(0 <= label < _FACTS.classes for label in labels), path, f"labels outside 0..{_FACTS.classes - 1}")
    return data.reshape(-1, *_FACTS.shape), np.array(labels, np.int64)


def _expect(condition: bool, path: Path, actual: str) -> None:
    if not condition:
        raise QuantshiftError(
            f"{path} is not a batch of {_BATCH} images of CIFAR-10, it holds {actual}: {remedy(path)}"
        )
