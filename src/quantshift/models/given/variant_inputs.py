"""Inputs of a variant that a user brings: they get the names and types of the float32 model's inputs."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from onnx import ModelProto, TensorProto, ValueInfoProto, helper

from quantshift.core.errors import QuantshiftError
from quantshift.core.signature import Input
from quantshift.models.given.graphs import replace, unused, value_names
from quantshift.models.given.only_answer import rename

# Each type of a variant's input that a value of the float32 model's type can be cast to without another meaning.
FLOATS = ("float16", "float32", "float64")
WHOLE = ("int32", "int64")
CASTS = {
    **dict.fromkeys(FLOATS, FLOATS),
    **dict.fromkeys(WHOLE, WHOLE),
    "uint8": (*FLOATS, *WHOLE),
    "int8": (*FLOATS, *WHOLE),
}

# Numbers of channels of images.
CHANNELS = (1, 3)


def adapt_inputs(model: ModelProto, file: Path, expected: Sequence[Input], float32: Path) -> list[str]:
    """Give a variant's inputs the names and types of the float32 model's, and return what was assumed, in sentences.

    Inputs belong together by their names, or else by their order. A value is cast where its type differs.

    Args:
        model: the variant; it is changed.
        file: its file, for messages.
        expected: the inputs of the float32 model.
        float32: the user's float32 file, for messages.

    Raises:
        QuantshiftError: the inputs do not fit.
    """
    actual = list(model.graph.input)
    by_name = {item.name: item for item in actual}
    same_names = set(by_name) == {spec["name"] for spec in expected}
    ordered = [by_name[spec["name"]] for spec in expected] if same_names else actual
    if len(actual) != len(expected) or not all(map(_fits, ordered, expected)):
        raise QuantshiftError(
            f"{file} has the inputs {_listed(actual)}, but the float32 model {float32} has {_wanted(expected)}: "
            f"{_advice(ordered, expected)}"
        )
    notes = []
    if not same_names:
        pairs = [(item.name, spec["name"]) for item, spec in zip(ordered, expected, strict=True)]
        _rename(model, pairs)
        listed = ", ".join(f"{old} gets {new}" for old, new in pairs)
        notes.append(f"its inputs have other names, so they are matched by their order: {listed}")
    for item, spec in zip(ordered, expected, strict=True):
        if (kind := _dtype(item)) != spec["dtype"]:
            _cast(model, item, spec["dtype"])
            notes.append(f"its input {spec['name']} is cast from {spec['dtype']} to {kind}")
    return notes


def rename_value(model: ModelProto, name: str, new_name: str) -> None:
    """Rename a value of a graph, its declaration included; another value of the new name gets an unused one."""
    names = value_names(model)
    if new_name in names:
        rename_value(model, new_name, unused(f"{new_name}_inner", names))
    graph = model.graph
    rename(graph, name, new_name)
    for item in (*graph.input, *graph.output, *graph.initializer, *graph.value_info):
        if item.name == name:
            item.name = new_name


def _rename(model: ModelProto, pairs: Sequence[tuple[str, str]]) -> None:
    """Rename inputs; two steps, since a new name may be the old one of another input."""
    names = value_names(model) | {new for _, new in pairs}
    waiting = []
    for old, new in pairs:
        between = unused(f"{old}_renamed", names)
        rename_value(model, old, between)
        waiting.append((between, new))
    for between, new in waiting:
        rename_value(model, between, new)


def _fits(item: ValueInfoProto, spec: Input) -> bool:
    """Return whether an input of the variant can take the values of one of the float32 model."""
    kind, wanted = _dtype(item), spec["dtype"]
    return (kind == wanted or kind in CASTS.get(wanted, ())) and _shape_fits(item, spec)


def _shape_fits(item: ValueInfoProto, spec: Input) -> bool:
    axes = _axes(item)
    return axes is None or (
        len(axes) == len(spec["shape"])
        and all(have is None or want in (None, have) for have, want in zip(axes, spec["shape"], strict=True))
    )


def _advice(ordered: Sequence[ValueInfoProto], expected: Sequence[Input]) -> str:
    """Return what to do about inputs that do not fit."""
    if len(ordered) != len(expected):
        return "give a variant of this model, with the same inputs"
    item, spec = next(pair for pair in zip(ordered, expected, strict=True) if not _fits(*pair))
    kind, wanted = _dtype(item), spec["dtype"]
    if not _shape_fits(item, spec):
        layouts = _layout(_axes(item)), _layout(spec["shape"])
        if None not in layouts and layouts[0] != layouts[1]:
            return f"give a variant that takes images with their channels {layouts[1]}, as the float32 model does"
        return f"give a variant of this model, whose input {item.name} has the same shape"
    if wanted in FLOATS and kind not in FLOATS:
        return (
            f"the scale from {wanted} to {kind} is not in the file; give a variant that takes {wanted} and "
            "quantizes it itself"
        )
    return f"give a variant whose input {item.name} takes {wanted}"


def _layout(axes: Sequence[int | None] | None) -> str | None:
    """Return where images have their channels, `first` or `last`; None for other inputs.

    >>> _layout([3, 224, 224]), _layout([None, None, 3]), _layout([3, 8, 3]), _layout([10])
    ('first', 'last', None, None)
    """
    if axes is None or len(axes) != 3 or (axes[0] in CHANNELS) == (axes[-1] in CHANNELS):
        return None
    return "first" if axes[0] in CHANNELS else "last"


def _cast(model: ModelProto, item: ValueInfoProto, dtype: str) -> None:
    """Make an input have a type, by a cast behind it."""
    kind = item.type.tensor_type
    inner = unused(f"{item.name}_cast", value_names(model))
    rename(model.graph, item.name, inner)
    cast = helper.make_node("Cast", [item.name], [inner], to=kind.elem_type)
    replace(model.graph.node, [cast, *model.graph.node])
    kind.elem_type = helper.np_dtype_to_tensor_dtype(np.dtype(dtype))


def _dtype(item: ValueInfoProto) -> str:
    """Return numpy's name of an input's type; empty for one that numpy lacks."""
    kind = item.type.tensor_type.elem_type
    if kind in (TensorProto.UNDEFINED, TensorProto.STRING):
        return ""
    return str(helper.tensor_dtype_to_np_dtype(kind))


def _axes(item: ValueInfoProto) -> list[int | None] | None:
    """Return the axes of one sample, None for a free one; None if the file does not state them."""
    if not item.type.tensor_type.HasField("shape"):
        return None
    return [axis.dim_value if axis.HasField("dim_value") else None for axis in item.type.tensor_type.shape.dim][1:]


def _listed(inputs: Sequence[ValueInfoProto]) -> str:
    return ", ".join(f"{item.name} {_dtype(item) or 'of strings'} {_shown(_axes(item))}" for item in inputs)


def _wanted(inputs: Sequence[Input]) -> str:
    return ", ".join(f"{spec['name']} {spec['dtype']} {_shown(spec['shape'])}" for spec in inputs)


def _shown(axes: Sequence[int | None] | None) -> str:
    if axes is None:
        return "of any shape"
    return f"[{', '.join(['n', *('any' if axis is None else str(axis) for axis in axes)])}]"
