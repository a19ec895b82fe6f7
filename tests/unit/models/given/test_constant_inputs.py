"""Inputs that are the same for all samples: a number or a file, checked against the model."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from quantshift.core.errors import QuantshiftError
from quantshift.models.given.constant_inputs import read_constants
from quantshift.models.given.read import read
from quantshift.models.given.store import read_described
from quantshift.models.given.unchanged import unchanged

CHOICES = {"output": None, "answers": None, "threshold": None}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A model of rows, with a scalar gain, positions [1, 3] that are added, and a switch."""
    value = helper.make_tensor_value_info
    weight = np.random.default_rng(0).normal(size=(3, 4)).astype(np.float32)
    graph = helper.make_graph(
        [
            helper.make_node("Cast", ["position_ids"], ["positions"], to=TensorProto.FLOAT),
            helper.make_node("Mul", ["rows", "gain"], ["scaled"]),
            helper.make_node("Add", ["scaled", "positions"], ["moved"]),
            helper.make_node("Where", ["on", "moved", "scaled"], ["chosen"]),
            helper.make_node("MatMul", ["chosen", "weight"], ["logits"]),
        ],
        "constants",
        [
            value("rows", TensorProto.FLOAT, ["n", 3]),
            value("gain", TensorProto.FLOAT, []),
            value("position_ids", TensorProto.INT64, [1, "length"]),
            value("on", TensorProto.BOOL, [1]),
        ],
        [value("logits", TensorProto.FLOAT, ["n", 4])],
        [numpy_helper.from_array(weight, "weight")],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), tmp_path / "m.onnx")
    np.save(tmp_path / "positions.npy", np.arange(3, dtype=np.int32)[None])
    np.savez(tmp_path / "data.npz", position_ids=np.arange(3)[None])
    return tmp_path / "m.onnx"


def test_numbers_and_files_become_part_of_the_model(file, tmp_path):
    stated = {"gain": 2, "position_ids": str(tmp_path / "positions.npy"), "on": 1}
    source, described = read_described(file, {**CHOICES, "constants": stated})
    assert [spec["name"] for spec in described.signature["inputs"]] == ["rows"]
    assert "gain, position_ids, on" in described.understood["changes"][0]
    onnx.save(described.model, tmp_path / "prepared.onnx")
    rows = {"rows": np.random.default_rng(1).normal(size=(20, 3)).astype(np.float32)}
    assert unchanged(source, described, tmp_path / "prepared.onnx", rows).answers_equal


def test_values_have_the_type_and_the_shape_of_the_input(file, tmp_path):
    values = read_constants(read(file), {"gain": 2, "position_ids": str(tmp_path / "data.npz"), "on": 0})
    assert {name: (value.dtype.name, value.shape) for name, value in values.items()} == {
        "gain": ("float32", ()),
        "position_ids": ("int64", (1, 3)),
        "on": ("bool", (1,)),
    }
    assert float(values["gain"]) == 2.0
    assert not values["on"].any()


@pytest.mark.parametrize(
    ("stated", "fault"),
    [
        ({"gian": 1}, "has no input 'gian', which is stated as a constant, only 'rows', 'gain', 'position_ids', 'on'"),
        ({"position_ids": 1}, r"has the shape \[\], but the input takes \[1, 'any'\]: give the whole value, in a .npy"),
        ({"gain": "positions.npy"}, r"positions.npy, the constant 'gain' of .*has the shape \[1, 3\]"),
        ({"position_ids": "gain.npy"}, "is float32, but the model takes int64"),
        ({"position_ids": "none.npy"}, "none.npy is missing"),
        ({"gain": "data.npz"}, "data.npz has no array 'gain', only 'position_ids'"),
        ({"gain": "m.onnx"}, r"has an unknown format: expected .npy or .npz"),
    ],
)
def test_a_constant_that_does_not_fit_is_rejected(file, tmp_path, monkeypatch, stated, fault):
    monkeypatch.chdir(tmp_path)
    np.save("gain.npy", np.ones((1, 3), np.float32))
    with pytest.raises(QuantshiftError, match=fault):
        read_constants(read(file), stated)


def test_a_model_without_other_inputs_is_rejected(file, tmp_path):
    stated = {"rows": str(tmp_path / "rows.npy"), "gain": 1, "on": 1, "position_ids": str(tmp_path / "positions.npy")}
    np.save(tmp_path / "rows.npy", np.ones((1, 3), np.float32))
    with pytest.raises(QuantshiftError, match="all samples get the same answer"):
        read_constants(read(file), stated)


def test_an_input_without_data_is_explained(file):
    with pytest.raises(QuantshiftError, match=r"'gain' is a single number .*, such as --constant gain=0"):
        read_described(file, CHOICES)
    with pytest.raises(QuantshiftError, match=r"first axes of its inputs differ .*NAME=VALUE or NAME=FILE"):
        read_described(file, {**CHOICES, "constants": {"gain": 1}})
