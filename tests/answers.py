"""Predictions of exported models for stored inputs, for tests."""

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
    """Open a model whose inputs are like the stored ones [n, ...], with any number of classes."""
    classes = session(file).get_outputs()[0].shape[1]
    return Network(file, signature(stored, classes), threads, entries)


def predict(
    file: str | os.PathLike[str], stored: NDArray[Any], batch_size: int, entries: Mapping[str, str] | None = None
) -> NDArray[np.float32]:
    """Return a model's logits."""
    return network(file, stored, entries=entries).predict({INPUT: stored}, batch_size)


def model_record(stored: NDArray[Any], classes: int, **extra: Any) -> ModelRecord:
    """Return the record of a model whose inputs are like the stored ones."""
    values: Any = {
        **signature(stored, classes),
        "id": "mnist/lenet5/standard/0",
        "origin": "trained",
        "facets": {"dataset": "mnist", "architecture": "lenet5", "method": "standard", "seed": 0},
        **extra,
    }
    record: ModelRecord = values
    return record
