"""The search for types of operators: a model that one type ruins in 8 bits, and models that none does."""

import re
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import ModelProto, helper
from onnxruntime.quantization.registry import QDQRegistry, QLinearOpsRegistry
from tests import given_models as models

from quantshift.core import members
from quantshift.core.names import GIVEN
from quantshift.core.signature import ModelRecord, Output
from quantshift.models.notes import read_notes
from quantshift.quantizers.not_applicable import NotApplicableError
from quantshift.quantizers.operator_search import Search, search
from quantshift.quantizers.operator_sets import OperatorSet, operator_sets
from quantshift.quantizers.schemes import static, static_search
from quantshift.runtime.network import Network

WIDTH, CLASSES = models.WIDTH, models.CLASSES


def dense(*, scales: bool) -> ModelProto:
    """Return a dense network; with scales, products take its channels from 0.001 to 1000 and back.

    8 bits for all channels lose the small ones, so the products ruin the answers, and the two layers do not.
    """
    factors = np.logspace(-3, 3, WIDTH).astype(np.float32)
    weights = {"first": models.random(WIDTH, WIDTH, seed=1, scale=WIDTH**-0.5), "last": models.random(WIDTH, CLASSES)}
    nodes = [
        helper.make_node("MatMul", ["x", "first"], ["hidden"], "first"),
        helper.make_node("Relu", ["hidden"], ["on"], "relu"),
    ]
    inner = "on"
    if scales:
        weights |= {"up": factors, "down": 1 / factors}
        nodes += [
            helper.make_node("Mul", ["on", "up"], ["scaled"], "up"),
            helper.make_node("Mul", ["scaled", "down"], ["undone"], "down"),
        ]
        inner = "undone"
    nodes.append(helper.make_node("MatMul", [inner, "last"], ["logits"], "last"))
    outputs = [models.value("logits", models.FLOAT, ["n", CLASSES])]
    return models.model(nodes, [models.value("x", models.FLOAT, ["n", WIDTH])], outputs, weights)


RECORD = ModelRecord(
    id="data/model/given/0",
    origin=GIVEN,
    facets={},
    inputs=[{"name": "x", "stored": "float32", "dtype": "float32", "shape": [WIDTH], "preprocessing": None}],
    output=Output(name="logits", kind="logits", classes=CLASSES),
    batch=None,
)


def options(scheme: str, **values: Any) -> dict[str, Any]:
    defaults = members.constants(f"quantizers/schemes/{scheme}")["OPTIONS"]
    return {name: option["default"] for name, option in defaults.items()} | values


def quantized(
    model: ModelProto, folder: Path, scheme: str, inputs: Mapping[str, np.ndarray] | None = None, **values: Any
) -> Path:
    source, target = folder / "float32.onnx", folder / f"{scheme}.onnx"
    onnx.save(model, source)
    apply = static_search.quantize if scheme == "static_search" else static.quantize
    apply(source, target, options(scheme, **values), dict(inputs or models.vectors(300)), RECORD)
    return target


def rate(file: Path) -> float:
    """Return the disagreement rate on test inputs."""
    inputs = models.vectors(2000, seed=77)
    expected, actual = (Network(path, RECORD).predict(inputs, 64) for path in (file.parent / "float32.onnx", file))
    return float((expected.argmax(axis=1) != actual.argmax(axis=1)).mean())


def rounded(file: Path) -> set[str]:
    """Return the values that are quantized at run time."""
    return {node.input[0] for node in onnx.load(file).graph.node if node.op_type == "QuantizeLinear"}


def test_the_type_that_ruins_the_model_stays_float(tmp_path: Path) -> None:
    model = dense(scales=True)
    assert rate(quantized(model, tmp_path, "static")) > 0.3
    file = quantized(model, tmp_path, "static_search")
    assert rate(file) < 0.05
    # The input of a layer is quantized, and the result of the first product is not.
    assert "undone" in rounded(file)
    assert "scaled" not in rounded(file)
    note = read_notes(file)
    assert "fails" not in note
    shares = [float(share) for share in re.findall(r"([0-9.e-]+) %", note)]
    assert shares[0] > 30 > min(shares)
    assert note.startswith(
        "share of answers that differ from float32’s on 200 calibration inputs not used for ranges: every"
    )
    assert "; quantized: " in note


def test_where_no_type_ruins_it_the_file_is_that_of_the_static_preset(tmp_path: Path) -> None:
    """The cached ranges are those of a calibration, so the weights and scales are the same."""
    model = dense(scales=False)
    files = [quantized(model, tmp_path, scheme) for scheme in ("static", "static_search")]
    stored = [
        {item.name: onnx.numpy_helper.to_array(item).tolist() for item in onnx.load(file).graph.initializer}
        for file in files
    ]
    names = [set(part) for part in stored]
    assert "every operator" in read_notes(files[1])
    for name in names[0] & names[1]:
        assert stored[0][name] == stored[1][name]


def test_the_operators_can_be_stated(tmp_path: Path) -> None:
    file = quantized(dense(scales=True), tmp_path, "static", operators=["MatMul"])
    # The input of a layer is quantized, and the result of the first product is not.
    assert "undone" in rounded(file)
    assert "scaled" not in rounded(file)
    assert rate(file) < 0.05


def test_the_known_types_are_those_of_onnxruntime() -> None:
    assert static.OPERATORS.split() == sorted({*QLinearOpsRegistry, *QDQRegistry} - {"BatchNormalization"})


def test_sets_differ_and_have_weights() -> None:
    every = static.OPERATORS.split()
    sets = operator_sets(dense(scales=True).graph, every, [])
    assert [each.operators for each in sets] == [("MatMul", "Mul", "Relu"), ("MatMul", "Relu"), ("MatMul",)]
    assert [each.nodes for each in sets] == [5, 3, 2]
    assert {each.weights for each in sets} == {WIDTH * (WIDTH + CLASSES)}
    assert [each.operators for each in operator_sets(models.convolutional().graph, every, [])][-2:] == [
        ("Gemm",),
        ("Conv",),
    ]
    assert [each.nodes for each in operator_sets(dense(scales=False).graph, every, ["first", "relu"])] == [1]


def test_of_equal_sets_the_one_with_the_most_weights_is_chosen(tmp_path: Path) -> None:
    """Two sets without a disagreement, one that fails, and one whose answers are all wrong."""
    onnx.save(dense(scales=False), tmp_path / "float32.onnx")
    onnx.save(dense(scales=True), tmp_path / "same.onnx")
    wrong = dense(scales=False)
    for item in wrong.graph.initializer:
        item.CopyFrom(onnx.numpy_helper.from_array(-onnx.numpy_helper.to_array(item), item.name))
    onnx.save(wrong, tmp_path / "wrong.onnx")
    few, many, bad, broken = (
        OperatorSet(name, (name,), weights, 1) for name, weights in (("few", 5), ("many", 9), ("bad", 99), ("no", 999))
    )
    files = {few: tmp_path / "same.onnx", many: tmp_path / "float32.onnx", bad: tmp_path / "wrong.onnx"}
    result = search([few, bad, broken, many], files.__getitem__, tmp_path / "float32.onnx", RECORD, models.vectors(40))
    assert isinstance(result, Search)
    assert result.chosen == many
    assert [trial.disagreements for trial in result.trials][::3] == [0, 0]
    assert result.trials[2].disagreements is None
    assert "no fails" in result.note()
    with pytest.raises(NotApplicableError, match="no set of operators can be quantized"):
        search([broken], files.__getitem__, tmp_path / "float32.onnx", RECORD, models.vectors(40))


def test_one_calibration_input_is_too_few(tmp_path: Path) -> None:
    with pytest.raises(NotApplicableError, match="there are only 1"):
        quantized(dense(scales=False), tmp_path, "static_search", models.vectors(1))


def test_the_options_are_those_of_the_static_scheme():
    """Both are read without importing the schemes, so each states its own."""
    searched, plain = (
        deepcopy(members.constants(f"quantizers/schemes/{name}")["OPTIONS"]) for name in ("static_search", "static")
    )
    del plain["operators"], plain["calibration_samples"]["description"], searched["calibration_samples"]["description"]
    assert searched == plain
