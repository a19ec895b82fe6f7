"""Answers of exported models to stored inputs, for tests."""

import os
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantshift.core.signature import Feeding, ModelRecord, Signature
from quantshift.export.signature import INPUT, signature_of
from quantshift.runtime.network import Network
from quantshift.runtime.session import session

IMAGES = Feeding("uint8", "float32", 1 / 255)
TEXTS = Feeding("int32", "int32", None)


def signature(stored: NDArray[Any], classes: int) -> Signature:
    """Return the signature of a model of images or texts like the stored ones [n, ...]."""
    (feeding,) = (one for one in (IMAGES, TEXTS) if stored.dtype == one.stored)
    return signature_of(feeding, stored.shape[1:], classes)


def network(
    file: str | os.PathLike[str], stored: NDArray[Any], threads: int = 1, entries: Mapping[str, str] | None = None
) -> Network:
    """Open a file that takes inputs like the stored ones [n, ...], whatever the number of its classes."""
    classes = session(file).get_outputs()[0].shape[1]
    return Network(file, signature(stored, classes), threads, entries)


def predict(
    file: str | os.PathLike[str], stored: NDArray[Any], batch_size: int, entries: Mapping[str, str] | None = None
) -> NDArray[np.float32]:
    """Return the logits of a file."""
    return network(file, stored, entries=entries).predict({INPUT: stored}, batch_size)


def model_record(stored: NDArray[Any], classes: int, **further: Any) -> ModelRecord:
    """Return the record of a model that takes inputs like the stored ones."""
    record: Any = {
        **signature(stored, classes),
        "id": "mnist/lenet5/standard/0",
        "origin": "trained",
        "facets": {"dataset": "mnist", "architecture": "lenet5", "method": "standard", "seed": 0},
        **further,
    }
    found: ModelRecord = record
    return found
