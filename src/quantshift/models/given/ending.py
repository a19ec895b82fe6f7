"""How a variant and its float32 model end: both must have the same last sigmoid or softmax, or both none."""

from collections.abc import Mapping
from pathlib import Path

import onnx
import onnx.inliner
from onnx import ModelProto, NodeProto

from quantshift.core.errors import Message, QuantshiftError
from quantshift.core.signature import LABEL, LOGITS, PROBABILITIES, Output
from quantshift.models.given.graphs import find_attribute, producers
from quantshift.models.given.maps import unzip
from quantshift.models.given.origin import LOG_SOFTMAX, PASSING, SIGMOID, SOFTMAX, origin_of

# Products of values and weights, whose results are neither 0..1 nor sum to 1.
PRODUCTS = (
    *("MatMul", "Gemm", "Conv", "FusedMatMul", "FusedGemm", "FusedConv", "MatMulNBits"),
    *("QLinearMatMul", "QGemm", "QLinearConv", "MatMulInteger", "ConvInteger", "MatMulIntegerToFloat"),
    "DynamicQuantizeMatMul",
)
# What follows a product in the same layer: scales, biases and means.
AFTER_PRODUCTS = (
    *("Add", "Sub", "Mul", "QLinearAdd", "QLinearMul", "Sum"),
    *("ReduceMean", "GlobalAveragePool", "QLinearGlobalAveragePool"),
)
# An ending without a sigmoid or softmax, and one that is not recognized.
NONE, UNKNOWN = "", "?"
WORDS: Mapping[str, Message] = {
    SOFTMAX: "ends in a softmax and answers with probabilities",
    SIGMOID: "ends in a sigmoid and answers with numbers from 0 to 1",
    NONE: "ends without a softmax or sigmoid and answers with logits",
    UNKNOWN: "answers with probabilities",
}


def inlined(model: ModelProto) -> ModelProto:
    """Return a model in which the nodes of local functions are in the graph."""
    return onnx.inliner.inline_local_functions(model) if model.functions else model


def ending(model: ModelProto, output: str) -> str:
    """Return how a model computes an output at last: SOFTMAX, SIGMOID, NONE or UNKNOWN.

    Args:
        model: a model without local functions.
        output: the name of the output.
    """
    operator = origin_of(model, output).operator
    if operator in (SOFTMAX, SIGMOID):
        return operator
    # The logarithm of a softmax has the same softmax as the logits.
    return NONE if operator == LOG_SOFTMAX or _ends_in_product(model, output) else UNKNOWN


def require_same_ending(model: ModelProto, file: Path, output: Output, float32: Path) -> None:
    """Check that a variant ends as the float32 model.

    Args:
        model: the variant, whose output has the name of that of the float32 model.
        file: the variant's file, for messages.
        output: the answer of the float32 model.
        float32: the file of the float32 model.

    Raises:
        QuantshiftError: only one of both has a softmax or sigmoid at the end, or they have different ones.
    """
    if output["kind"] == LABEL:
        return
    reference = inlined(onnx.load(float32, load_external_data=False))
    unzip(reference)
    expected, actual = ending(reference, output["name"]), ending(model, output["name"])
    if expected == UNKNOWN and output["kind"] == LOGITS:
        expected = NONE
    if UNKNOWN in (expected, actual) and not (output["kind"] == PROBABILITIES and actual == NONE):
        return
    if expected != actual:
        raise QuantshiftError(
            f"{file} {WORDS[actual]}, but the float32 model {float32} {WORDS[expected]}: export both with the same "
            "ending"
        )


def _ends_in_product(model: ModelProto, output: str) -> bool:
    """Return whether an output is a product, with a bias or scale where it has one."""
    makers = producers(model.graph)
    waiting, seen = [output], set()
    while waiting:
        name = waiting.pop()
        node: NodeProto | None = makers.get(name)
        if node is None or name in seen:
            continue
        seen.add(name)
        if node.op_type in PRODUCTS:
            activation = find_attribute(node, "activation")
            return activation is None or not activation.s
        if node.op_type in PASSING:
            waiting += node.input[:1]
        elif node.op_type in AFTER_PRODUCTS:
            waiting += node.input
    return False
