import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from tests.answers import model_record

from quantshift.quantizers.quantize import quantize
from quantshift.storage.arrays import write_array
from quantshift.storage.records import write_record


@pytest.fixture
def calibration():
    return np.random.default_rng(0).integers(0, 256, (50, 1, 4, 4), dtype=np.uint8)


@pytest.fixture
def weight():
    # Channels of different magnitude, so that a scale per channel matters.
    return (np.random.default_rng(1).normal(size=(16, 5)) * [1, 0.5, 0.1, 2, 0.01]).astype(np.float32)


@pytest.fixture
def float32(tmp_path, weight):
    """A flattened image through one dense layer."""
    nodes = [
        helper.make_node("Flatten", ["input"], ["flat"]),
        helper.make_node("Gemm", ["flat", "weight", "bias"], ["logits"]),
    ]
    graph = helper.make_graph(
        nodes,
        "dense",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["batch", 1, 4, 4])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 5])],
        [numpy_helper.from_array(weight, "weight"), numpy_helper.from_array(np.zeros(5, np.float32), "bias")],
    )
    path = tmp_path / "float32.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10), path)
    return path


@pytest.fixture
def quantized(tmp_path, float32, calibration):
    def run(origin="trained", **preset):
        write_array(tmp_path / "calibration.npy", calibration)
        write_record(tmp_path / "model.json", model_record(calibration, 5, origin=origin))
        target = tmp_path / "quantized.onnx"
        quantize(
            preset=preset,
            source=float32,
            calibration=tmp_path / "calibration.npy",
            record=tmp_path / "model.json",
            model=target,
        )
        return target

    return run
