"""Fashion-MNIST (Xiao, Rasul and Vollgraf, arXiv 1708.07747), in the layout of CIFAR-10, which it can replace."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from quantshift.core.dataset_facts import facts_of
from quantshift.core.errors import QuantshiftError
from quantshift.data.splits import Raw
from quantshift.fetching import idx
from quantshift.fetching.origin import origin_of
from quantshift.storage.files import remedy

_FACTS = facts_of("fashion_mnist")
_SIDE = 28
_IN_PACKAGE = "usr/share/datasets/fashion-mnist"


def read(folder: Path) -> Raw:
    """Return Fashion-MNIST from the fetched `folder`, whichever origin it came from.

    Images are uint8 [60000, 3, 32, 32] and [10000, 3, 32, 32] with values 0..255: the published images of 28x28
    pixels with a black border of 2 pixels, repeated as red, green and blue. Labels are int64 0..9, in the files' order.

    Raises:
        QuantshiftError: a file is missing or damaged, or its shapes, counts or values are not those of Fashion-MNIST.
    """
    origin = origin_of(folder)
    train_images, train_labels, test_images, test_labels = idx.read_set(
        folder / _IN_PACKAGE if origin == "package" else folder
    )
    for name, images, labels, count in (
        ("training", train_images, train_labels, _FACTS.training_count),
        ("test", test_images, test_labels, _FACTS.test_count),
    ):
        _expect(images.shape == (count, _SIDE, _SIDE), folder, f"{name} images of shape {images.shape}")
        _expect(labels.shape == (count,), folder, f"{name} labels of shape {labels.shape}")
        _expect(bool(np.all(labels < _FACTS.classes)), folder, f"{name} labels outside 0..{_FACTS.classes - 1}")
    return Raw(colour(train_images), train_labels.astype(np.int64), colour(test_images), test_labels.astype(np.int64))


def colour(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return grey images [n, 28, 28] in the middle of colour images [n, 3, 32, 32] that are black elsewhere."""
    _, height, width = _FACTS.shape
    coloured = np.zeros((len(images), *_FACTS.shape), np.uint8)
    top, left = (height - _SIDE) // 2, (width - _SIDE) // 2
    coloured[:, :, top : top + _SIDE, left : left + _SIDE] = images[:, None]
    return coloured


def _expect(condition: bool, place: Path, actual: str) -> None:
    if not condition:
        raise QuantshiftError(f"{place} is not Fashion-MNIST, it holds {actual}: {remedy(place)}")
