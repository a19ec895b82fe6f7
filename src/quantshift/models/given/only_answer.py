"""Reduce a model to its answer: one float32 output of the expected shape, and only what it is computed from."""

from typing import Any

import numpy as np
from onnx import GraphProto, ModelProto, TensorProto, helper, numpy_helper

from quantshift.core.signature import BY_CLASS, Output
from quantshift.models.given.graphs import bodies, graphs, replace, unused, value_names
from quantshift.models.given.names import name_nodes


def only_answer(model: ModelProto, output: Output, batch: int | None, dtype: str, rank: int) -> ModelProto:
    """Return a model with the answer alone, as float32: [n, classes], or [n] for a score or label.

    Args:
        model: the model; it is not changed.
        output: the answer.
        batch: samples per call; None for any number.
        dtype: numpy's name of the type of the output.
        rank: number of the output's axes.
    """
    result = ModelProto()
    result.CopyFrom(model)
    graph, name = result.graph, output["name"]
    by_class = output["kind"] in BY_CLASS
    wanted = 2 if by_class else 1
    names = value_names(result)
    value = name
    steps: list[tuple[str, list[str], dict[str, Any]]] = []
    if dtype != "float32":
        steps.append(("Cast", [], {"to": TensorProto.FLOAT}))
    if rank != wanted:
        target_shape = np.array([0, output["classes"]] if by_class else [-1], dtype=np.int64)
        shape_name = unused(f"{name}_shape", names)
        graph.initializer.append(numpy_helper.from_array(target_shape, shape_name))
        steps.append(("Reshape", [shape_name], {}))
    if steps:
        value = unused(f"{name}_before", names)
        rename(graph, name, value)
    for number, (operator, inputs, attributes) in enumerate(steps):
        target = name if number == len(steps) - 1 else unused(f"{name}_{operator}", names)
        graph.node.append(helper.make_node(operator, [value, *inputs], [target], **attributes))
        value = target
    shape = [batch or "batch", output["classes"]] if by_class else [batch or "batch"]
    replace(graph.output, [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)])
    _remove_unused(graph)
    name_nodes(result)
    return result


def rename(graph: GraphProto, name: str, new_name: str) -> None:
    """Rename a value in a graph and its bodies."""
    for inner in graphs(graph):
        for node in inner.node:
            for names in (node.input, node.output):
                for position, item in enumerate(names):
                    if item == name:
                        names[position] = new_name


def _remove_unused(graph: GraphProto) -> None:
    """Remove the nodes and initializers that no output needs; inputs stay."""
    needed = {item.name for item in graph.output}
    nodes = []
    for node in reversed(graph.node):
        if needed.intersection(node.output):
            nodes.append(node)
            needed.update(node.input)
            for body in bodies(node):
                for inner in graphs(body):
                    needed.update(item.name for item in inner.output)
                    needed.update(name for inner_node in inner.node for name in inner_node.input)
    replace(graph.node, nodes[::-1])
    replace(graph.initializer, [item for item in graph.initializer if item.name in needed])
