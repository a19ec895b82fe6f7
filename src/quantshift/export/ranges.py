"""Learned activation ranges, matched to the tensors of the exported graph."""

from collections.abc import Sequence
from typing import Any

import onnx

from quantshift.errors import QuantshiftError
from quantshift.inference import INPUT

# Operators whose outputs have a learned range, as `training/methods/qat.py` observes them.
OBSERVED = ("Conv", "Gemm")


def match(model: onnx.ModelProto, ranges: Sequence[dict[str, Any]]) -> dict[str, dict[str, float | int]]:
    """Return the range (scale, zero_point) of each quantized activation tensor, by the tensor's name.

    Exported names carry no meaning, so ranges and operators are matched by order, and their kinds must agree.

    Args:
        model: the exported graph, in topological order.
        ranges: operator, scale and zero_point of the input and of each observed operator, in the graph's order.

    Raises:
        QuantshiftError: the graph has other operators than the ranges were learned for.
    """
    if not ranges:
        return {}
    nodes = [node for node in model.graph.node if node.op_type in OBSERVED]
    learned = [found["operator"] for found in ranges]
    exported = ["Input", *(node.op_type for node in nodes)]
    if learned != exported:
        raise QuantshiftError(f"the learned ranges are of {learned}, and the exported graph has {exported}")
    matched = {}
    for tensor, found in zip([INPUT, *(node.output[0] for node in nodes)], ranges, strict=True):
        entry = {"scale": found["scale"], "zero_point": found["zero_point"]}
        matched[tensor] = entry
        users = [node for node in model.graph.node if tensor in node.input]
        if len(users) == 1 and users[0].op_type == "Relu":
            # The ReLU becomes part of its input's rounding, so both tensors are on one grid.
            matched[users[0].output[0]] = entry
    return matched
