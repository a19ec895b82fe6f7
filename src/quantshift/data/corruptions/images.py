"""Corruptions of images of 8 bits."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantshift.core.errors import QuantshiftError
from quantshift.core.kinds import IMAGE, SUITES, TENSOR
from quantshift.data.corruptions.required import required_by
from quantshift.data.corruptions.selection import PART, Change, Corruption, Selection, TestData
from quantshift.data.modalities import image
from quantshift.data.stored import Stored
from quantshift.data.stored_inputs import Inputs
from quantshift.storage.arrays import Streamed, parts, select_lazily

NOUN = "images (uint8)"


def fits(data: TestData, inputs: Inputs) -> bool:
    """Return whether an input holds images; an array may hold some, too."""
    return data.feeding["modality"] in (IMAGE, TENSOR) and any(_is_image(array) for array in inputs.values())


def corrupted(selection: Selection, change: Change, corruption: Corruption) -> Stored:
    """Return the samples with corrupted images; other inputs stay.

    Raises:
        QuantshiftError: the collection is for images of another shape.
    """
    streams = {
        name: _changed(name, selection, change, corruption) if _is_image(array) else selection.unchanged(name)
        for name, array in selection.inputs.items()
    }
    return Stored(streams, selection.shown)


def _is_image(array: NDArray[Any]) -> bool:
    return array.dtype == np.uint8 and (array.ndim == 3 or (array.ndim == 4 and array.shape[1] in (1, 3)))


def _changed(name: str, selection: Selection, change: Change, corruption: Corruption) -> Streamed:
    array = selection.inputs[name]
    shape = array.shape[1:] if array.ndim == 4 else (1, *array.shape[1:])
    required = required_by(corruption.collection)
    if required.get("channels", shape[0]) != shape[0] or required.get("shape", shape) != shape:
        raise QuantshiftError(
            f"the suite {corruption.suite!r} is for images of {required}, but the images have the shape "
            f"{list(shape)} (channels, height, width): choose the suite {SUITES[IMAGE]}, "
            "which is for all of them (--shifts, or shifts in the config)"
        )
    return Streamed((len(selection.index), *array.shape[1:]), array.dtype, _parts(array, selection.index, change))


def _parts(array: NDArray[Any], index: NDArray[np.int64], change: Change) -> Iterator[NDArray[Any]]:
    for part in parts(select_lazily(array, index), PART):
        yield change(part) if array.ndim == 3 else image.stored(change(image.planes(part)))
