"""Each step of the preparation, by what it leaves in the graph."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnx.parser
import pytest
from onnx import TensorProto, helper, numpy_helper
from tests import given_models as models

from quantshift.core.errors import QuantshiftError
from quantshift.models.given.graphs import graphs, nodes, opset
from quantshift.models.given.prepare import Prepared, prepare
from quantshift.models.given.read import read

Prepare = Callable[..., Prepared]
FORMS: Mapping[str, onnx.ModelProto] = {
    "shared": models.shared(),
    "old": models.shared(opset=11, ir_version=3, clipped=True),
    "opset 9": models.shared(opset=9, ir_version=3),
    "constants": models.shared(opset=13, constants=True),
    "branches": models.branches(),
    "encoder": models.encoder()[0],
    "tensorflow": models.tensorflow()[0],
    "species": models.species()[0],
    "convolutional": models.convolutional(outputs=["features", "logits"]),
}


@pytest.fixture
def prepared(tmp_path: Path) -> Prepare:
    def run(model: onnx.ModelProto, constants: models.Inputs | None = None) -> Prepared:
        onnx.save(model, tmp_path / "mine.onnx")
        return prepare(read(tmp_path / "mine.onnx"), constants)

    return run


@pytest.mark.parametrize("form", FORMS)
def test_what_every_prepared_model_has(prepared: Prepare, form: str) -> None:
    source = FORMS[form]
    before = source.SerializeToString(deterministic=True)
    model = prepared(source).model
    assert source.SerializeToString(deterministic=True) == before
    onnx.checker.check_model(model, full_check=True)
    assert opset(model) >= 13
    names = [node.name for node in nodes(model)]
    assert all(names)
    assert len(set(names)) == len(names)
    assert "Constant" not in {node.op_type for node in nodes(model)}
    used: list[str] = []
    for graph in graphs(model.graph):
        weights = {item.name for item in graph.initializer if len(item.dims) >= 2}
        assert not weights.intersection(item.name for item in graph.input)
        assert not graph.value_info
        used += [name for inner in graphs(graph) for node in inner.node for name in node.input if name in weights]
        weights.clear()
    assert {item.domain for item in model.opset_import} <= {"", "ai.onnx.ml"}
    # Names of inputs and outputs are the user's.
    stored = {item.name for item in source.graph.initializer}
    assert [item.name for item in model.graph.input] == [
        item.name for item in source.graph.input if item.name not in stored
    ]
    assert [item.name for item in model.graph.output] == [item.name for item in source.graph.output]


def test_a_prepared_model_can_be_prepared_again(prepared: Prepare) -> None:
    once = prepared(models.shared(opset=11, ir_version=3, clipped=True))
    twice = prepared(once.model)
    assert twice.changes == []
    assert twice.model.graph == once.model.graph


def test_each_use_of_a_weight_has_its_own_copy(prepared: Prepare) -> None:
    model = prepared(models.shared()).model
    weights = {item.name: item for item in model.graph.initializer if len(item.dims) == 2}
    uses = [name for node in model.graph.node for name in node.input if name in weights]
    assert len(uses) == len(set(uses)) == 3
    first, second, _ = (numpy_helper.to_array(weights[name]) for name in uses)
    np.testing.assert_array_equal(first, second)


def test_constants_are_computed(prepared: Prepare) -> None:
    """A weight that is computed from constants becomes one initializer."""
    weights = {"a": models.random(64, 10), "b": np.array(2, dtype=np.float32)}
    steps = [
        helper.make_node("Mul", ["a", "b"], ["c"]),
        helper.make_node("Transpose", ["c"], ["d"], perm=[1, 0]),
        helper.make_node("Transpose", ["d"], ["e"], perm=[1, 0]),
        helper.make_node("MatMul", ["x", "e"], ["y"]),
    ]
    built = models.model(
        steps,
        [models.value("x", TensorProto.FLOAT, ["n", 64])],
        [models.value("y", TensorProto.FLOAT, ["n", 10])],
        weights,
    )
    graph = prepared(built).model.graph
    assert [node.op_type for node in graph.node] == ["MatMul"]
    np.testing.assert_array_equal(numpy_helper.to_array(graph.initializer[0]), weights["a"] * 2)


def test_functions_are_inlined(prepared: Prepare) -> None:
    built = onnx.parser.parse_model(
        """
        <ir_version: 8, opset_import: ["" : 17, "mine" : 1]>
        graph (float[n, 4] x) => (float[n, 4] y) { y = mine.twice (x) }
        <domain: "mine", opset_import: ["" : 17]>
        twice (a) => (b) { b = Add (a, a) }
        """
    )
    model = prepared(built).model
    assert [node.op_type for node in model.graph.node] == ["Add"]
    assert not model.functions


def test_a_loop_keeps_its_body(prepared: Prepare) -> None:
    built = onnx.parser.parse_model(
        """
        <ir_version: 8, opset_import: ["" : 17]>
        graph (float[n, 4] x) => (float[n, 4] y) <int64 trips = {3}, bool go = {1}>
        {
            y = Loop (trips, go, x) <body = step (int64 i, bool c, float[n, 4] s) => (bool c_out, float[n, 4] s_out) {
                c_out = Identity (c)
                half = Constant <value_float: float = 0.5> ()
                s_out = Mul (s, half)
            }>
        }
        """
    )
    model = prepared(built).model
    (loop,) = (node for node in model.graph.node if node.op_type == "Loop")
    assert "Constant" not in {node.op_type for node in nodes(model)}
    import onnxruntime

    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    np.testing.assert_array_equal(session.run(None, {"x": np.ones((2, 4), np.float32)})[0], np.full((2, 4), 0.125))
    assert loop.name


def switched() -> onnx.ModelProto:
    """Return the network with branches, whose condition is an input."""
    built = models.branches()
    kept = [node for node in built.graph.node if node.op_type == "If"]
    del built.graph.node[:]
    built.graph.node.extend(kept)
    built.graph.input.append(helper.make_tensor_value_info("which", TensorProto.BOOL, []))
    return built


def test_an_input_that_is_the_same_for_every_call(prepared: Prepare) -> None:
    """A condition that is known selects its branch, whose weights then are like any others."""
    result = prepared(switched(), {"which": np.array(True)})
    assert [item.name for item in result.model.graph.input] == ["x"]
    assert "If" not in {node.op_type for node in result.model.graph.node}
    assert result.changes == ["inputs that are the same for every call became part of the model: which"]


@pytest.mark.parametrize(
    ("constants", "fault"),
    [
        ({"what": np.array(True)}, "no input 'what', expected one of x, which"),
        ({"which": np.array(1)}, r"the input 'which' takes bool \[\], but its array is int64 \[\]"),
        ({"which": np.array([True])}, r"takes bool \[\], but its array is bool \[1\]"),
    ],
)
def test_another_constant_is_rejected(prepared: Prepare, constants: models.Inputs, fault: str) -> None:
    with pytest.raises(QuantshiftError, match=fault):
        prepared(switched(), constants)


def test_an_opset_that_cannot_be_raised_stays(prepared: Prepare, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("no adapter")

    monkeypatch.setattr(onnx.version_converter, "convert_version", fail)
    result = prepared(models.shared(opset=11))
    assert opset(result.model) == 11
    assert result.changes[0].startswith("opset 11 stays, since ONNX's converter could not raise it (no adapter)")


def test_a_crash_of_the_optimizer_is_survived(prepared: Prepare, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from quantshift.models.given import fold

    crash = "import os, sys; len(sys.argv) > 2 and os.abort()"
    monkeypatch.setattr(fold, "PROGRAM", (sys.executable, "-c", crash))
    result = prepared(models.shared())
    assert "constants were not computed in advance" in result.changes[0]
    monkeypatch.setattr(fold, "PROGRAM", (sys.executable, "-c", "import os; os.abort()"))
    with pytest.raises(QuantshiftError, match="onnxruntime's optimizer fails on its graph"):
        prepared(models.shared())


def test_a_row_of_biases_becomes_a_vector(prepared: Prepare) -> None:
    built = models.shared()
    (bias,) = (item for item in built.graph.initializer if item.name == "last_bias")
    bias.dims[:] = [1, 10]
    model = prepared(built).model
    gemm = [node for node in model.graph.node if node.op_type == "Gemm"][-1]
    assert {item.name: list(item.dims) for item in model.graph.initializer}[gemm.input[2]] == [10]
