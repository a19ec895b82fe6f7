"""Preprocessing of stored inputs for a model."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantshift.core.signature import BGR, CHANNELS_LAST, Input, Preprocessing


def prepare(stored: NDArray[Any], spec: Input, out: NDArray[Any] | None = None) -> NDArray[Any]:
    """Return stored inputs [n, ...] as model inputs.

    Args:
        stored: stored values, of the type `spec["stored"]`.
        spec: the model's input.
        out: array for the result, of its shape and type, so that a loop over batches allocates nothing.

    Raises:
        TypeError: the inputs have another type.
    """
    if stored.dtype != np.dtype(spec["stored"]):
        raise TypeError(f"{spec['name']} is stored as {spec['stored']}, but these inputs are {stored.dtype}")
    preprocessing = spec["preprocessing"]
    if preprocessing is None:
        if out is None:
            return stored
        np.copyto(out, stored, casting="no")
        return out
    kind = np.dtype(spec["dtype"])
    values = _arranged(stored, preprocessing)
    if out is None:
        out = np.empty(values.shape, kind)
    if "mean" not in preprocessing and "std" not in preprocessing:
        np.multiply(values, kind.type(preprocessing["scale"]), out=out, dtype=kind)
        return out
    factor, offset = _linear(preprocessing, values.ndim)
    np.multiply(values, factor.astype(kind), out=out, dtype=kind)
    np.add(out, offset.astype(kind), out=out)
    return out


def sample_shape(stored: tuple[int, ...], preprocessing: Preprocessing | None) -> tuple[int, ...]:
    """Return the shape of a sample in the model's layout, from its shape as stored.

    >>> sample_shape((3, 224, 200), {"scale": 1.0, "layout": "NHWC"}), sample_shape((3, 224, 200), None)
    ((224, 200, 3), (3, 224, 200))
    """
    if preprocessing is None or preprocessing.get("layout") != CHANNELS_LAST:
        return stored
    return *stored[1:], stored[0]


def _arranged(stored: NDArray[Any], preprocessing: Preprocessing) -> NDArray[Any]:
    """Return a view of stored inputs in the model's order of channels and layout."""
    if preprocessing.get("channels") == BGR:
        stored = stored[:, ::-1]
    return np.moveaxis(stored, 1, -1) if preprocessing.get("layout") == CHANNELS_LAST else stored


def _linear(preprocessing: Preprocessing, axes: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the factor and the offset of each channel, which broadcast along the axis of channels.

    Args:
        preprocessing: scale, mean and std.
        axes: number of axes of the model's input, that of samples included.
    """
    std = np.asarray(preprocessing.get("std", [1.0]))
    factor = preprocessing["scale"] / std
    offset = -np.asarray(preprocessing.get("mean", [0.0])) / std
    # Channels are the last axis, or the first after that of samples.
    trailing = 0 if preprocessing.get("layout") == CHANNELS_LAST else axes - 2
    shape = (-1, *(1,) * trailing)
    return factor.reshape(shape), offset.reshape(shape)
