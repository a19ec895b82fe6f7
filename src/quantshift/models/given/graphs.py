"""All graphs, nodes and tensors of a model, those in the bodies of `If`, `Loop` and functions included."""

from collections.abc import Iterable, Iterator
from typing import Any

import onnx
from onnx import AttributeProto, GraphProto, ModelProto, NodeProto, TensorProto


def graphs(graph: GraphProto) -> Iterator[GraphProto]:
    """Yield a graph and those inside of its nodes, outer ones first."""
    yield graph
    for node in graph.node:
        for body in bodies(node):
            yield from graphs(body)


def bodies(node: NodeProto) -> Iterator[GraphProto]:
    """Yield the graphs that are attributes of a node."""
    for attribute in node.attribute:
        if attribute.type == AttributeProto.GRAPH:
            yield attribute.g
        elif attribute.type == AttributeProto.GRAPHS:
            yield from attribute.graphs


def all_graphs(model: ModelProto) -> Iterator[GraphProto]:
    """Yield the graph of a model and all bodies, those in its functions included."""
    yield from graphs(model.graph)
    for function in model.functions:
        for node in function.node:
            for body in bodies(node):
                yield from graphs(body)


def nodes(model: ModelProto) -> Iterator[NodeProto]:
    """Yield all nodes of a model."""
    for graph in all_graphs(model):
        yield from graph.node
    for function in model.functions:
        yield from function.node


def tensors(model: ModelProto) -> Iterator[TensorProto]:
    """Yield all tensors of a model: initializers, and attributes of nodes."""
    for graph in all_graphs(model):
        yield from _stored(graph)
    for node in nodes(model):
        for attribute in node.attribute:
            if attribute.HasField("t"):
                yield attribute.t
            if attribute.HasField("sparse_tensor"):
                yield from (attribute.sparse_tensor.values, attribute.sparse_tensor.indices)
            yield from attribute.tensors


def _stored(graph: GraphProto) -> Iterator[TensorProto]:
    yield from graph.initializer
    for item in graph.sparse_initializer:
        yield from (item.values, item.indices)


def producers(graph: GraphProto) -> dict[str, NodeProto]:
    """Return the node that computes each value of a graph, without those in bodies."""
    return {name: node for node in graph.node for name in node.output if name}


def value_names(model: ModelProto) -> set[str]:
    """Return the names of all values of a model."""
    names: set[str] = set()
    for graph in graphs(model.graph):
        names.update(item.name for item in (*graph.input, *graph.output, *graph.initializer))
        for node in graph.node:
            names.update(node.input, node.output)
    return names


def unused(name: str, names: set[str]) -> str:
    """Return `name`, with a number if the names have it already, and add it to them.

    >>> unused("weight", {"weight", "weight_2"})
    'weight_3'
    """
    number, result = 1, name
    while result in names:
        number += 1
        result = f"{name}_{number}"
    names.add(result)
    return result


def find_attribute(node: NodeProto, name: str) -> AttributeProto | None:
    """Return an attribute of a node, or None."""
    return next((item for item in node.attribute if item.name == name), None)


def replace(container: Any, items: Iterable[Any]) -> None:
    """Replace the content of a repeated field of protobuf."""
    content = list(items)
    del container[:]
    container.extend(content)


def opset(model: ModelProto) -> int:
    """Return the version of ONNX's own operators; 0 if the model uses none."""
    return next((item.version for item in model.opset_import if item.domain in ("", "ai.onnx")), 0)


def is_tensor(item: onnx.ValueInfoProto) -> bool:
    """Return whether a value is a tensor, rather than a sequence, a map or optional."""
    return bool(item.type.HasField("tensor_type"))
