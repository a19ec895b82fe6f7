"""Presets that a model cannot take, and operators that static quantization leaves in float32."""

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper
from tests import given_models as models

from quantshift.core.errors import QuantshiftError
from quantshift.quantizers.float_operators import float_operators
from quantshift.quantizers.not_applicable import NotApplicableError, refusals, require_quantized
from quantshift.quantizers.schemes import float16, weight_only
from quantshift.quantizers.weights import channel_axes
from quantshift.runtime.session import session


def test_any_error_of_a_quantizer_is_a_reason() -> None:
    with pytest.raises(NotApplicableError, match=r"refuses the graph \(KeyError: 'conv1'\)"), refusals():
        raise KeyError("conv1")


@pytest.mark.parametrize("error", [OSError("full"), MemoryError(), QuantshiftError("for people")])
def test_other_errors_pass(error: Exception) -> None:
    with pytest.raises(type(error)) as raised, refusals():
        raise error
    assert raised.value is error


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (models.convolutional(), "its weights belong to 2 Conv, 1 Gemm, which"),
        (models.branches(), "its weights belong to 4 Gemm in the body of an If or Loop, which"),
        (models.species()[0], "the model has no float32 weights"),
    ],
)
def test_a_model_without_quantized_weights(model: onnx.ModelProto, reason: str) -> None:
    with pytest.raises(NotApplicableError, match=f"nothing would be quantized: {reason}"):
        require_quantized(model, model)


def test_integers_of_the_float32_model_do_not_count() -> None:
    model = models.convolutional()
    model.graph.initializer.append(onnx.numpy_helper.from_array(np.zeros((9, 9), np.uint8), "table"))
    with pytest.raises(NotApplicableError):
        require_quantized(model, model)


def named(model: onnx.ModelProto) -> onnx.ModelProto:
    """Return a model whose nodes are named by their outputs."""
    for node in model.graph.node:
        node.name = node.output[0]
    return model


def test_a_mask_and_its_softmax_stay_float() -> None:
    model, inputs = models.encoder()
    region = ["added", "added_to_all", "attention", "mask", "masked", "masked_scores", "scores"]
    assert float_operators(named(model), inputs) == region
    without, inputs = models.encoder(lowest=-1.0)
    assert float_operators(named(without), inputs) == []


def test_a_mask_may_be_an_input() -> None:
    nodes = [
        helper.make_node("Add", ["x", "mask"], ["sum"], "sum"),
        helper.make_node("Softmax", ["sum"], ["p"], "softmax"),
        helper.make_node("MatMul", ["p", "w"], ["y"], "matmul"),
    ]
    declared = [models.value(name, TensorProto.FLOAT, ["n", 8]) for name in ("x", "mask")]
    model = models.model(nodes, declared, [models.value("y", TensorProto.FLOAT, ["n", 2])], {"w": models.random(8, 2)})
    inputs = {"x": models.random(5, 8), "mask": np.zeros((5, 8), np.float32)}
    assert float_operators(model, inputs) == []
    inputs["mask"][3, 2] = -10000
    assert float_operators(model, inputs) == ["softmax", "sum"]


def test_the_last_softmax_or_sigmoid_stays_float() -> None:
    assert float_operators(*models.tensorflow()) == ["dense/Softmax"]
    assert float_operators(*models.sigmoid()) == ["sigmoid"]
    assert float_operators(models.convolutional(), {}) == []


@pytest.mark.parametrize("scheme", ["weight_only", "float16"])
def test_weights_in_bodies(tmp_path, scheme: str) -> None:
    """Both branches of the same If, whose weights have the same names."""
    source, target = tmp_path / "source.onnx", tmp_path / "target.onnx"
    model = models.branches()
    for number, node in enumerate(node for graph in bodies(model) for node in graph.node):
        node.name = f"node_{number}"
    onnx.save(model, source)
    if scheme == "float16":
        onnx.save(float16.weights_alone(onnx.load(source)), target)
    else:
        weight_only.quantize(source, target, {"bits": 8}, {}, {})
    inputs = models.vectors(20)
    expected, actual = (session(file).run(None, inputs)[0] for file in (source, target))
    assert 0 < np.abs(expected - actual).max() < 0.1
    require_quantized(onnx.load(source), onnx.load(target))


def bodies(model: onnx.ModelProto) -> list[onnx.GraphProto]:
    (condition,) = (node for node in model.graph.node if node.op_type == "If")
    return [attribute.g for attribute in condition.attribute]


def test_defaults_of_inputs_are_no_weights() -> None:
    model = models.shared(ir_version=3)
    assert channel_axes(model.graph) == {}
    assert channel_axes(models.shared().graph) == {"shared": 0, "last": 0}
