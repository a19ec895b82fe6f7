"""The values of inputs that are the same for all samples, as a user states them: numbers or files."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, ValueInfoProto, helper

from quantshift.core.errors import QuantshiftError
from quantshift.data.readers.expected import convert, quoted
from quantshift.data.readers.npy import read_npy
from quantshift.data.readers.npz import read_npz
from quantshift.models.given.read import Source


def read_constants(source: Source, stated: Mapping[str, str | float]) -> dict[str, NDArray[Any]]:
    """Return the whole value of each input that is the same for all samples, in the type of the input.

    Args:
        source: the user's model.
        stated: by the name of the input, a number for all its items, or a `.npy` file, or an `.npz` file with an array
            of the input's name.

    Raises:
        QuantshiftError: the model has no such input, or the value does not fit it.
    """
    inputs = free_inputs(source.model)
    values = {}
    for name, value in stated.items():
        if name not in inputs:
            raise QuantshiftError(
                f"{source.file} has no input {name!r}, which is stated as a constant, only {quoted(list(inputs))}: "
                "correct the name"
            )
        values[name] = _value(source.file, inputs[name], value)
    if stated and len(values) == len(inputs):
        raise QuantshiftError(
            f"all inputs of {source.file} are stated as constants, so all samples get the same answer: leave out the "
            "constants for inputs that differ between samples"
        )
    return values


def free_inputs(model: ModelProto) -> dict[str, ValueInfoProto]:
    """Return the inputs of a model that have no value in the file, by name."""
    stored = {item.name for item in model.graph.initializer}
    return {item.name: item for item in model.graph.input if item.name not in stored}


def _value(model: Path, item: ValueInfoProto, stated: str | float) -> NDArray[Any]:
    kind = item.type.tensor_type
    dtype = np.dtype(helper.tensor_dtype_to_np_dtype(kind.elem_type))
    shape = [axis.dim_value if axis.HasField("dim_value") else None for axis in kind.shape.dim]
    where = f"the constant {item.name!r} of {model}"
    if isinstance(stated, str):
        array = _array(Path(stated), item.name)
        where = f"{stated}, {where},"
    else:
        # An integer stays an integer, so that a float is no value of an integer input.
        array = np.asarray(bool(stated) if dtype == np.bool_ else stated)
        if None not in shape:
            array = np.full([length or 0 for length in shape], array)
    if len(shape) != array.ndim or any(
        wanted not in (None, length) for wanted, length in zip(shape, array.shape, strict=True)
    ):
        raise QuantshiftError(
            f"{where} has the shape {list(array.shape)}, but the input takes "
            f"{['any' if length is None else length for length in shape]}: give the whole value, in a .npy file"
        )
    flat = convert(array.reshape(-1), dtype.name, where)[:]
    return np.array(flat, dtype=dtype).reshape(array.shape)


def _array(file: Path, name: str) -> NDArray[Any]:
    """Return the array in a file."""
    match file.suffix.lower():
        case ".npy":
            return read_npy(file)
        case ".npz":
            arrays = read_npz(file)
            if name not in arrays:
                raise QuantshiftError(f"{file} has no array {name!r}, only {quoted(list(arrays))}: correct the name")
            return arrays[name]
        case _:
            raise QuantshiftError(f"{file}, the constant {name!r}, has an unknown format: expected .npy or .npz")
