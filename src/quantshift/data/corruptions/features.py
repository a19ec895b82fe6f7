"""Corruptions of floating-point numbers, such as the columns of a table, in units of their standard deviation."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantshift.core.kinds import IMAGE, TENSOR
from quantshift.data.corruptions.selection import PART, Change, Corruption, Selection, TestData
from quantshift.data.stored import Stored
from quantshift.data.stored_inputs import Inputs
from quantshift.storage.arrays import Streamed, parts, select_lazily

NOUN = "inputs of floating-point numbers"


def fits(data: TestData, inputs: Inputs) -> bool:
    """Return whether an input holds floating-point numbers; images may have such an input beside them."""
    return data.feeding["modality"] in (IMAGE, TENSOR) and any(array.dtype.kind == "f" for array in inputs.values())


def corrupted(selection: Selection, change: Change, corruption: Corruption) -> Stored:
    """Return the samples with corrupted numbers; inputs that are no floating-point numbers stay."""
    streams = {
        name: _changed(array, selection.index, change) if array.dtype.kind == "f" else selection.unchanged(name)
        for name, array in selection.inputs.items()
    }
    return Stored(streams, selection.shown)


def moments(array: NDArray[Any]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the mean and the standard deviation of each feature, [...] each, of an array [n, ...].

    The array is read in parts. Missing and infinite values do not count; a feature without others has the mean 0.
    """
    count = np.zeros(array.shape[1:], dtype=np.int64)
    mean, squares = np.zeros(array.shape[1:]), np.zeros(array.shape[1:])
    for part in parts(array, PART):
        finite = np.isfinite(part)
        number = finite.sum(axis=0)
        values = np.where(finite, part, 0).astype(np.float64)
        own = values.sum(axis=0) / np.maximum(number, 1)
        spread = (np.where(finite, values - own, 0) ** 2).sum(axis=0)
        # Source: Chan, Golub and LeVeque, Updating formulae and a pairwise algorithm for computing sample variances.
        total = np.maximum(count + number, 1)
        difference = np.where(number > 0, own - mean, 0)
        squares += spread + difference**2 * count * number / total
        mean += difference * number / total
        count += number
    return mean, np.sqrt(squares / np.maximum(count, 1))


def _changed(array: NDArray[Any], index: NDArray[np.int64], change: Change) -> Streamed:
    return Streamed((len(index), *array.shape[1:]), array.dtype, _parts(array, index, change))


def _parts(array: NDArray[Any], index: NDArray[np.int64], change: Change) -> Iterator[NDArray[Any]]:
    """Yield blocks of corrupted features; values that the corruption leaves as they are stay exactly the same."""
    mean, deviation = moments(array)
    scale = np.where(deviation > 0, deviation, 1)
    for part in parts(select_lazily(array, index), PART):
        units = ((part - mean) / scale).astype(np.float32)
        changed = np.asarray(change(units))
        values = (mean + changed * deviation).astype(array.dtype)
        # A missing value stays missing.
        yield np.where((changed == units) | ~np.isfinite(part), part, values)
