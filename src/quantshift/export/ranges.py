"""Match learned activation ranges to the tensors of the exported graph."""

from collections.abc import Mapping, Sequence
from typing import Any

import onnx

from quantshift.core.errors import QuantshiftError
from quantshift.core.signature import TensorRange
from quantshift.export.signature import INPUT

# Operators with integer inputs, and the number of inputs that are activations (None: all); operators whose output is on
# the grid of their input. `training/integer_graph.py` has the same lists and explains the rules.
INTEGER_OPERATORS = {"Conv": 1, "Gemm": 1, "Add": None, "Concat": None}
SAME_GRID = ("MaxPool", "AveragePool", "Reshape", "Flatten")


def match(model: onnx.ModelProto, ranges: Sequence[Mapping[str, Any]]) -> dict[str, TensorRange]:
    """Return the range (scale, zero_point) of each quantized activation tensor, by the tensor's name.

    Exported names carry no meaning, so ranges and tensors are matched by order, and their kinds must agree.

    Args:
        model: the exported graph, in topological order.
        ranges: operator, scale and zero_point of each tensor that was rounded in training, in the graph's order.

    Raises:
        QuantshiftError: the ranges were learned for other operators than those of the graph.
    """
    if not ranges:
        return {}
    tensors = rounded_tensors(model)
    learned, exported = [entry["operator"] for entry in ranges], [kind for kind, _ in tensors]
    if learned != exported:
        raise QuantshiftError(
            f"the learned ranges are those of {learned}, but the exported graph has {exported}: qat supports "
            "convolutions, dense layers, sums, concatenations, ReLU, pooling, reshaping, dropout and batch "
            "normalization; use only these in the architecture, or leave qat out (datasets.<name>.methods)"
        )
    return {
        name: TensorRange(scale=entry["scale"], zero_point=entry["zero_point"])
        for (_, names), entry in zip(tensors, ranges, strict=True)
        for name in names
    }


def rounded_tensors(model: onnx.ModelProto) -> list[tuple[str, list[str]]]:
    """Return the tensors of an exported graph that are rounded on separate grids, in its order: kind and names of each.

    A ReLU becomes part of the rounding of its input, so both tensors have the same range. Tensors on the grid of
    another tensor are left out, since onnxruntime assigns them its range.
    """
    constants = {item.name for item in model.graph.initializer}
    users: dict[str, list[onnx.NodeProto]] = {}
    for node in model.graph.node:
        for name in node.input:
            users.setdefault(name, []).append(node)
    tensors: list[tuple[str, list[str]]] = []
    on_a_grid: set[str] = set()

    def add(kind: str, *names: str) -> None:
        tensors.append((kind, list(names)))
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
    return tensors
