"""One job describes all variants of a model, each in its own record."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from tests.answers import model_record

from quantshift.inspection.inspect import Inference, inspect
from quantshift.models.given.file_size import write_own_size
from quantshift.quantizers.quantize import quantize
from quantshift.storage.arrays import write_array
from quantshift.storage.checksums import ONNX
from quantshift.storage.files import read_json
from quantshift.storage.records import write_record

PRESETS = {
    "float16": {"scheme": "float16"},
    "dynamic_int8": {"scheme": "dynamic", "weight_type": "uint8", "per_channel": False, "reduce_range": False},
}
VARIANTS = ("float32", *PRESETS)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """Return the folder of a small model, with its variants, its record and inputs."""
    random = np.random.default_rng(0)
    dense = random.normal(size=(36, 400)).astype(np.float32)
    last = random.normal(size=(400, 4)).astype(np.float32)
    nodes = [
        helper.make_node("Flatten", ["input"], ["flat"]),
        helper.make_node("MatMul", ["flat", "dense"], ["hidden"]),
        helper.make_node("MatMul", ["hidden", "last"], ["logits"]),
    ]
    graph = helper.make_graph(
        nodes,
        "small",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["batch", 1, 6, 6])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 4])],
        [numpy_helper.from_array(dense, "dense"), numpy_helper.from_array(last, "last")],
    )
    float32, record, inputs = tmp_path / "float32.onnx", tmp_path / "model.json", tmp_path / "inputs.npy"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10), float32)
    ONNX.append(float32, float32)
    stored = random.integers(0, 256, (64, 1, 6, 6), dtype=np.uint8)
    write_array(inputs, stored)
    write_record(record, model_record(stored, 4))
    for name, preset in PRESETS.items():
        quantize(preset=preset, source=float32, record=record, calibration=inputs, model=tmp_path / f"{name}.onnx")
    return tmp_path


def test_each_variant_has_a_record_of_its_own(model: Path) -> None:
    inference: dict[str, Inference] = {
        name: {"batch_size": size, "threads": 1, "entries": {}} for size, name in enumerate(VARIANTS, 8)
    }
    records = [model / f"inspections/{name}.json" for name in VARIANTS]
    inspect(
        float32=model / "float32.onnx",
        variants=[model / f"{name}.onnx" for name in VARIANTS],
        model_record=model / "model.json",
        inputs=model / "inputs.npy",
        inference=inference,
        records=records,
    )
    contents = {file.stem: read_json(file) for file in records}
    for name, record in contents.items():
        assert record["file_bytes"] == (model / f"{name}.onnx").stat().st_size
        assert record["batch_size"] == inference[name]["batch_size"]
        assert record["images_per_second"] > 0
    assert contents["float32"]["speedup_over_float32"] == 1
    assert [contents[name]["quantized_weight_share"] for name in VARIANTS] == [0, 1, 1]
    assert contents["dynamic_int8"]["integer_compute_share"] == 1


@pytest.mark.parametrize("own", [0.5, 2.0])
def test_copies_are_as_large_as_the_users_files(model: Path, own: float) -> None:
    """A user's file that has float16 weights is half as large as its prepared copy: float16 then gains nothing."""
    copy = (model / "float32.onnx").stat().st_size
    record = {name: value for name, value in read_json(model / "model.json").items() if name != "crc32"}
    write_record(model / "model.json", {**record, "file_bytes": round(copy * own)})
    variant = onnx.load(model / "dynamic_int8.onnx")
    helper.set_model_props(variant, {})
    write_own_size(variant, 1234)
    onnx.save(variant, model / "dynamic_int8.onnx")
    ONNX.append(model / "dynamic_int8.onnx", model / "dynamic_int8.onnx")
    names = ("float32", "float16", "dynamic_int8")
    inspect(
        float32=model / "float32.onnx",
        variants=[model / f"{name}.onnx" for name in names],
        model_record=model / "model.json",
        inputs=model / "inputs.npy",
        inference=dict.fromkeys(names, Inference(batch_size=8, threads=1, entries={})),
        records=[model / f"inspections/{name}.json" for name in names],
    )
    sizes = [read_json(model / f"inspections/{name}.json")["file_bytes"] for name in names]
    assert sizes == [round(copy * own), (model / "float16.onnx").stat().st_size, 1234]


def test_a_variant_with_a_fixed_batch_is_measured_with_it(model: Path) -> None:
    file = model / "dynamic_int8.onnx"
    variant = onnx.load(file)
    for item in (*variant.graph.input, *variant.graph.output):
        item.type.tensor_type.shape.dim[0].dim_value = 4
    helper.set_model_props(variant, {})
    onnx.save(variant, file)
    ONNX.append(file, file)
    inspect(
        float32=model / "float32.onnx",
        variants=[file],
        model_record=model / "model.json",
        inputs=model / "inputs.npy",
        inference={"dynamic_int8": Inference(batch_size=8, threads=1, entries={})},
        records=[model / "inspections/dynamic_int8.json"],
    )
    record = read_json(model / "inspections/dynamic_int8.json")
    assert record["batch_size"] == 4
    assert record["speedup_over_float32"] > 0
