"""The inputs and outputs of a prepared model, with shapes that onnxruntime infers, or that a trial run shows."""

import contextlib
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from quantshift.core.errors import QuantshiftError
from quantshift.core.signature import Input
from quantshift.models.given.prepare import Prepared
from quantshift.models.given.read import open_session
from quantshift.runtime.network import TYPES

DTYPES = {onnx_name: name for name, onnx_name in TYPES.items()}
# Lengths that are tried for a free axis of an input without a sample, until the model runs.
LENGTHS = (8, 32, 64, 224)
# Rounding of the sum of probabilities.
SUM_TOLERANCE = 1e-3
Shape = tuple[int | None, ...]
# Samples in a trial run of a model with a free batch.
TRIAL = 2


class Item(NamedTuple):
    """An output.

    Attributes:
        name: its name.
        dtype: numpy's name of its type; "string" for strings; empty for a sequence or map.
        shape: the shape of one sample's values; None for an axis of unknown length.
        sums_to_one: whether each sample's values are in 0..1 with the sum 1 in a trial run; None if it is not known.
    """

    name: str
    dtype: str
    shape: Shape
    sums_to_one: bool | None = None


class Shapes(NamedTuple):
    """The inputs and outputs of a model.

    Attributes:
        inputs: the inputs, whose first axis counts samples.
        outputs: the outputs.
        batch: samples per call; None for any number.
        batch_stated: whether the file states this batch; otherwise a trial run showed that it takes only one sample.
    """

    inputs: list[Input]
    outputs: list[Item]
    batch: int | None
    batch_stated: bool


def shapes_of(prepared: Prepared, sample: Mapping[str, NDArray[Any]] | None = None) -> Shapes:
    """Return the inputs and outputs of a prepared model.

    Args:
        prepared: the model.
        sample: some real inputs [n, ...] by name, for a trial run; without them, plain numbers are tried.

    Raises:
        QuantshiftError: an input is no tensor of numbers, or is not split by sample.
    """
    session = open_session(prepared.model, prepared.file)
    inputs, batch = _inputs(session, prepared)
    stated = batch is not None
    trial = _trial(session, inputs, batch or TRIAL, sample)
    if trial is not None and batch is None and not _counts(trial, TRIAL):
        single = _trial(session, inputs, 1, sample)
        if single is not None and _counts(single, 1):
            trial, batch = single, 1
    elif trial is None and batch is None:
        trial = _trial(session, inputs, 1, sample)
        batch = 1 if trial is not None else None
    outputs = []
    other = _trial(session, inputs, batch or TRIAL, None, LENGTHS[::-1]) if _any_free(inputs) else None
    for position, item in enumerate(session.get_outputs()):
        shape = tuple(axis if isinstance(axis, int) else None for axis in item.shape or ())[1:]
        if trial is not None and isinstance(trial[position], np.ndarray):
            shape = _seen(trial[position].shape[1:], shape, None if other is None else other[position])
        dtype = "string" if item.type == "tensor(string)" else DTYPES.get(item.type, "")
        sums = None if trial is None else _sums_to_one(trial[position])
        outputs.append(Item(item.name, dtype, shape, sums))
    return Shapes(inputs, outputs, batch, stated)


def _any_free(inputs: list[Input]) -> bool:
    return any(None in spec["shape"] for spec in inputs)


def _seen(shape: tuple[int, ...], stated: Shape, other: Any) -> Shape:
    """Return the shape of a trial run's samples, with None for an axis that differs for inputs of another length."""
    varied = other.shape[1:] if isinstance(other, np.ndarray) and other.ndim == len(shape) + 1 else shape
    fixed = stated if len(stated) == len(shape) else (None,) * len(shape)
    return tuple(
        length if length in (wanted, again) else None
        for length, wanted, again in zip(shape, fixed, varied, strict=True)
    )


def _sums_to_one(values: Any) -> bool | None:
    """Return whether each sample's values look like probabilities; None if they are no finite float numbers."""
    if not isinstance(values, np.ndarray) or values.dtype.kind != "f" or values.ndim < 2:
        return None
    rows = values.reshape(len(values), -1).astype(np.float64)
    if not rows.size or not np.isfinite(rows).all():
        return None
    return bool((rows >= 0).all() and np.abs(rows.sum(axis=1) - 1).max() < SUM_TOLERANCE)


def _inputs(session: onnxruntime.InferenceSession, prepared: Prepared) -> tuple[list[Input], int | None]:
    """Return the inputs and the batch that the file states."""
    inputs, batches = [], {}
    for item in session.get_inputs():
        dtype = DTYPES.get(item.type)
        if dtype is None:
            kind = "strings" if item.type == "tensor(string)" else item.type
            raise QuantshiftError(
                f"{prepared.file}: the input {item.name!r} takes {kind}, expected numbers: export the model without "
                "its text preprocessing, so that it starts at numbers such as token ids"
            )
        if not item.shape:
            raise QuantshiftError(
                f"{prepared.file}: the input {item.name!r} is a single number for all samples: state its value as a "
                f"constant of the model, such as --constant {item.name}=0"
            )
        first, *rest = item.shape
        batches[item.name] = first if isinstance(first, int) else None
        shape = [length if isinstance(length, int) else None for length in rest]
        inputs.append(Input(name=item.name, stored=dtype, dtype=dtype, shape=shape, preprocessing=None))
    if not inputs:
        raise QuantshiftError(f"{prepared.file} has no inputs, expected a model of data: export it again")
    if len(set(batches.values())) > 1:
        stated = ", ".join(f"{name} {length or 'any'}" for name, length in batches.items())
        raise QuantshiftError(
            f"{prepared.file}: the first axes of its inputs differ ({stated}), expected the number of samples in each: "
            "state the values of inputs that are the same for all samples as constants of the model (--constant "
            "NAME=VALUE or NAME=FILE), or export the model with one batch axis for all"
        )
    return inputs, next(iter(batches.values()))


def _counts(outputs: list[Any], samples: int) -> bool:
    """Return whether some output has a row for each sample."""
    return any(isinstance(item, np.ndarray) and item.ndim and len(item) == samples for item in outputs)


def _trial(
    session: onnxruntime.InferenceSession,
    inputs: list[Input],
    count: int,
    sample: Mapping[str, NDArray[Any]] | None,
    lengths: tuple[int, ...] = LENGTHS,
) -> list[Any] | None:
    """Return the outputs for `count` samples, or None if the model does not run."""
    for length in lengths:
        feed = {}
        for spec in inputs:
            if sample is not None and spec["name"] in sample:
                rows = np.asarray(sample[spec["name"]][:count]).astype(spec["dtype"])
                feed[spec["name"]] = np.concatenate([rows, rows[-1:].repeat(count - len(rows), axis=0)])
            else:
                shape = (count, *(length if axis is None else axis for axis in spec["shape"]))
                feed[spec["name"]] = np.ones(shape, dtype=spec["dtype"])
        with contextlib.suppress(Exception):  # onnxruntime exports no common class of its exceptions
            outputs: list[Any] = session.run(None, feed)
            return outputs
    return None
