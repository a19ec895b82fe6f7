"""Constants of a graph as initializers, the only place where onnxruntime's quantizers look for weights."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import GraphProto, ModelProto, NodeProto, TensorProto, numpy_helper

from quantshift.core.errors import QuantshiftError
from quantshift.models.given.graphs import graphs, replace


def remove_from_inputs(model: ModelProto) -> None:
    """Remove initializers from the inputs of graphs.

    Until IR version 3 each initializer was an input as well, whose value a caller could replace.
    """
    for graph in graphs(model.graph):
        stored = {item.name for item in graph.initializer} | {item.values.name for item in graph.sparse_initializer}
        replace(graph.input, [item for item in graph.input if item.name not in stored])


def to_initializers(model: ModelProto) -> None:
    """Turn the `Constant` nodes of all graphs into initializers."""
    for graph in graphs(model.graph):
        _lift(graph)


def _lift(graph: GraphProto) -> None:
    outputs = {item.name for item in graph.output}
    nodes: list[NodeProto] = []
    for node in graph.node:
        tensor = _tensor(node) if node.op_type == "Constant" and node.output[0] not in outputs else None
        if tensor is None:
            nodes.append(node)
        else:
            tensor.name = node.output[0]
            graph.initializer.append(tensor)
    if len(nodes) < len(graph.node):
        replace(graph.node, nodes)


def _tensor(node: NodeProto) -> TensorProto | None:
    """Return the value of a `Constant` node; None for a sparse tensor or strings."""
    (attribute, *_) = node.attribute
    match attribute.name:
        case "value":
            result = TensorProto()
            result.CopyFrom(attribute.t)
            return result
        case "value_float":
            return numpy_helper.from_array(np.array(attribute.f, dtype=np.float32))
        case "value_int":
            return numpy_helper.from_array(np.array(attribute.i, dtype=np.int64))
        case "value_floats":
            return numpy_helper.from_array(np.array(attribute.floats, dtype=np.float32))
        case "value_ints":
            return numpy_helper.from_array(np.array(attribute.ints, dtype=np.int64))
    return None


def to_defaults(model: ModelProto, names: Iterable[str]) -> None:
    """Make initializers default values of inputs, so that onnxruntime computes nothing from them in advance."""
    stored = {item.name: item for item in model.graph.initializer}
    for name in names:
        item = stored[name]
        model.graph.input.append(onnx.helper.make_tensor_value_info(name, item.data_type, list(item.dims)))


def freeze(model: ModelProto, values: Mapping[str, NDArray[Any]]) -> None:
    """Turn inputs that are the same for every call into initializers.

    Args:
        model: the model; it is changed.
        values: the whole value of each such input.

    Raises:
        QuantshiftError: the model has no such input, or an input has another type or shape.
    """
    inputs = {item.name: item for item in model.graph.input}
    for name, value in values.items():
        if name not in inputs:
            raise QuantshiftError(
                f"the model has no input {name!r}, expected one of {', '.join(inputs)}: correct the inputs that are "
                "not split by sample"
            )
        kind = inputs[name].type.tensor_type
        expected = onnx.helper.tensor_dtype_to_np_dtype(kind.elem_type)
        dims = [item.dim_value if item.HasField("dim_value") else None for item in kind.shape.dim]
        fits = len(dims) == value.ndim and all(
            want in (None, have) for want, have in zip(dims, value.shape, strict=True)
        )
        if value.dtype != expected or not fits:
            raise QuantshiftError(
                f"the input {name!r} takes {expected} {['any' if item is None else item for item in dims]}, but its "
                f"array is {value.dtype} {list(value.shape)}: store the whole value that each call gets"
            )
        model.graph.input.remove(inputs[name])
        model.graph.initializer.append(numpy_helper.from_array(value, name))
