"""How a model computes an output: by which operator, seen through operators that only copy or reshape values."""

from typing import NamedTuple

from onnx import GraphProto, ModelProto, NodeProto

from quantshift.models.given.graphs import bodies, find_attribute, producers
from quantshift.models.given.maps import CLASSIFIERS, MACHINE_LEARNING

# Operators that copy values, change their type or their shape.
PASSING = (
    *("Identity", "Cast", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Dropout"),
    # Those of quantized files round values.
    *("QuantizeLinear", "DequantizeLinear"),
)
SOFTMAX, LOG_SOFTMAX, SIGMOID = "Softmax", "LogSoftmax", "Sigmoid"
# Names of the same operators in quantized files.
QUANTIZED = {"QLinearSoftmax": SOFTMAX, "QLinearSigmoid": SIGMOID}


class Origin(NamedTuple):
    """Where an output comes from.

    Attributes:
        operator: `Softmax`, `LogSoftmax`, `Sigmoid`, or the name of another operator.
        before: the value that this operator takes, so an output with this value is the same answer; empty if unknown.
        ancestors: the names of all values that the output is computed from, itself included.
    """

    operator: str
    before: str
    ancestors: frozenset[str]


def origin_of(model: ModelProto, output: str) -> Origin:
    """Return where an output of a model comes from."""
    makers = producers(model.graph)
    operator, before = _operator(model.graph, output, makers)
    return Origin(operator, before, _ancestors(output, makers))


def _operator(graph: GraphProto, name: str, makers: dict[str, NodeProto]) -> tuple[str, str]:
    node = makers.get(name)
    while node is not None and node.op_type in PASSING and node.input:
        name = node.input[0]
        node = makers.get(name)
    if node is None:
        return "input", ""
    if node.domain == MACHINE_LEARNING:
        return _machine_learning(node, name), ""
    if node.op_type in ("If", "Loop"):
        position = list(node.output).index(name)
        inside = set()
        for body in bodies(node):
            # The first output of a Loop's body is its condition.
            inner = position + (node.op_type == "Loop")
            if inner < len(body.output):
                inside.add(_operator(body, body.output[inner].name, producers(body))[0])
        return (inside.pop(), "") if len(inside) == 1 else (node.op_type, "")
    if _is_written_out_softmax(node, makers):
        return SOFTMAX, ""
    return _name(node), node.input[0] if node.input else ""


def _name(node: NodeProto) -> str:
    """Return the name of a node's operator in ONNX; that of the activation which onnxruntime fuses into a product."""
    activation = find_attribute(node, "activation") if node.op_type.startswith("Fused") else None
    if activation is not None and activation.s:
        return activation.s.decode(errors="replace")
    return QUANTIZED.get(node.op_type, node.op_type)


def _machine_learning(node: NodeProto, name: str) -> str:
    """Return the operator that a classifier applies to its scores."""
    if node.op_type == "Normalizer":
        norm = find_attribute(node, "norm")
        return SOFTMAX if norm is not None and norm.s == b"L1" else node.op_type
    if node.op_type not in CLASSIFIERS or name == node.output[0]:
        return node.op_type
    transform = find_attribute(node, "post_transform")
    operators = {b"SOFTMAX": SOFTMAX, b"SOFTMAX_ZERO": SOFTMAX, b"LOGISTIC": SIGMOID}
    return operators.get(transform.s if transform is not None else b"", node.op_type)


def _is_written_out_softmax(node: NodeProto, makers: dict[str, NodeProto]) -> bool:
    """Return whether a node divides exponentials by their sum."""
    if node.op_type != "Div":
        return False
    exponential, sums = makers.get(node.input[0]), makers.get(node.input[1])
    return (
        exponential is not None
        and sums is not None
        and (exponential.op_type, sums.op_type) == ("Exp", "ReduceSum")
        and sums.input[0] == node.input[0]
    )


def _ancestors(name: str, makers: dict[str, NodeProto]) -> frozenset[str]:
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        value = waiting.pop()
        if value in seen:
            continue
        seen.add(value)
        if node := makers.get(value):
            waiting += node.input
            for body in bodies(node):
                waiting += [item for inner in body.node for item in inner.input]
    return frozenset(seen)
