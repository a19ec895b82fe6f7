"""Learned activation ranges, matched to the tensors of the exported graph."""

from collections.abc import Mapping, Sequence
from typing import Any

import onnx

from quantshift.core.errors import QuantshiftError
from quantshift.core.signature import TensorRange
from quantshift.export.signature import INPUT

# Operators that take integers, with the number of inputs that are activations (None: all), and operators that keep the
# grid of what they take; `training/integer_graph.py` has the same and says what each means.
INTEGER_OPERATORS = {"Conv": 1, "Gemm": 1, "Add": None, "Concat": None}
SAME_GRID = ("MaxPool", "AveragePool", "Reshape", "Flatten")


def match(model: onnx.ModelProto, ranges: Sequence[Mapping[str, Any]]) -> dict[str, TensorRange]:
    """Return the range (scale, zero_point) of each quantized activation tensor, by the tensor's name.

    Exported names carry no meaning, so ranges and tensors are matched by order, and their kinds must agree.

    Args:
        model: the exported graph, in topological order.
        ranges: operator, scale and zero_point of each tensor that was rounded in training, in the graph's order.

    Raises:
        QuantshiftError: the graph has other operators than the ranges were learned for.
    """
    if not ranges:
        return {}
    tensors = rounded(model)
    learned, exported = [found["operator"] for found in ranges], [kind for kind, _ in tensors]
    if learned != exported:
        raise QuantshiftError(
            f"the learned ranges are of {learned}, and the exported graph has {exported}: qat knows convolutions, "
            "dense layers, sums, concatenations, ReLU, pooling, reshaping, dropout and batch normalization; write the "
            "architecture with these, or leave qat out (datasets.<name>.methods)"
        )
    return {
        name: TensorRange(scale=found["scale"], zero_point=found["zero_point"])
        for (_, names), found in zip(tensors, ranges, strict=True)
        for name in names
    }


def rounded(model: onnx.ModelProto) -> list[tuple[str, list[str]]]:
    """Return the tensors of an exported graph that have a range of their own, in its order: kind and names of each.

    A ReLU becomes part of its input's rounding, so both tensors have the range. Tensors that keep the grid of another
    one are left out, since onnxruntime gives them its range.
    """
    constants = {item.name for item in model.graph.initializer}
    users: dict[str, list[onnx.NodeProto]] = {}
    for node in model.graph.node:
        for name in node.input:
            users.setdefault(name, []).append(node)
    found: list[tuple[str, list[str]]] = []
    on_a_grid: set[str] = set()

    def add(kind: str, *names: str) -> None:
        found.append((kind, list(names)))
        on_a_grid.update(names)

    for node in model.graph.node:
        output = node.output[0]
        if node.op_type in INTEGER_OPERATORS:
            for name in node.input[: INTEGER_OPERATORS[node.op_type]]:
                if name not in on_a_grid and name not in constants:
                    add("Input" if name == INPUT else f"{node.op_type} input", name)
            following = users.get(output, [])
            alone = len(following) == 1 and following[0].op_type == "Relu"
            add(node.op_type, output, *(following[0].output if alone else ()))
        elif node.op_type == "Relu" and node.input[0] in on_a_grid and output not in on_a_grid:
            add("Relu", output)
        elif node.op_type in SAME_GRID and node.input[0] in on_a_grid:
            on_a_grid.add(output)
    return found
