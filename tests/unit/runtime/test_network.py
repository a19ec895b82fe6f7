"""Networks with several inputs and with a fixed batch size, as the model record describes them."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from quantshift.core.errors import QuantshiftError
from quantshift.core.signature import Input, Output, Preprocessing, Signature
from quantshift.data.stored_inputs import read_inputs
from quantshift.quantizers.calibration import CalibrationInputs
from quantshift.runtime.network import Network
from quantshift.storage import archives
from quantshift.storage.arrays import write_array

RANDOM = np.random.default_rng(0)
WORDS = RANDOM.integers(0, 50, (130, 6), dtype=np.int64)
MASK = RANDOM.integers(0, 2, (130, 6), dtype=np.uint8)
TABLE = RANDOM.normal(size=(50, 3)).astype(np.float32)


def signature(batch: int | None = None) -> Signature:
    words = Input(name="input_ids", stored="int64", dtype="int64", shape=[None], preprocessing=None)
    mask = Input(name="mask", stored="uint8", dtype="float32", shape=[None], preprocessing={"scale": 0.5})
    return Signature(inputs=[words, mask], output=Output(name="scores", kind="logits", classes=3), batch=batch)


def masked_sum(path: Path, batch: int | str = "batch", rounded: float | None = None) -> Path:
    """Write a network whose logits are the masked sum of each text's rows; its first output is not the logits."""
    table = TABLE if rounded is None else (np.round(TABLE * rounded) / rounded).astype(np.float32)
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["embedded"]),
        helper.make_node("Unsqueeze", ["mask", "last"], ["weights"]),
        helper.make_node("Mul", ["embedded", "weights"], ["weighted"]),
        helper.make_node("ReduceSum", ["weighted", "words"], ["scores"], keepdims=0),
    ]
    graph = helper.make_graph(
        nodes,
        "masked",
        [
            helper.make_tensor_value_info("input_ids", TensorProto.INT64, [batch, "length"]),
            helper.make_tensor_value_info("mask", TensorProto.FLOAT, [batch, "length"]),
        ],
        [
            helper.make_tensor_value_info("embedded", TensorProto.FLOAT, [batch, "length", 3]),
            helper.make_tensor_value_info("scores", TensorProto.FLOAT, [batch, 3]),
        ],
        [
            numpy_helper.from_array(table, "table"),
            numpy_helper.from_array(np.array([2]), "last"),
            numpy_helper.from_array(np.array([1]), "words"),
        ],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10), path)
    return path


EXPECTED = (TABLE[WORDS] * (MASK[..., None] * 0.5)).sum(axis=1)
STORED: dict[str, Any] = {"input_ids": WORDS, "mask": MASK}


@pytest.mark.parametrize("batch_size", [1, 7, 64, 130, 1000])
def test_several_inputs_are_fed_by_name(tmp_path: Path, batch_size: int) -> None:
    network = Network(masked_sum(tmp_path / "masked.onnx"), signature())
    network.expect(STORED, "inputs.npz")
    np.testing.assert_allclose(network.predict(STORED, batch_size), EXPECTED, rtol=1e-5, atol=1e-5)


def test_several_inputs_are_stored_in_an_archive(tmp_path: Path) -> None:
    archives.store(tmp_path / "inputs.npz", STORED.items())
    network = Network(masked_sum(tmp_path / "masked.onnx"), signature())
    stored = read_inputs(tmp_path / "inputs.npz", network.names)
    np.testing.assert_allclose(network.predict(stored, 64), EXPECTED, rtol=1e-5, atol=1e-5)


def test_a_fixed_batch_is_padded(tmp_path: Path) -> None:
    network = Network(masked_sum(tmp_path / "masked.onnx", 4), signature(batch=4))
    np.testing.assert_allclose(network.predict(STORED, 64), EXPECTED, rtol=1e-5, atol=1e-5)


def test_calibration_feeds_all_inputs_in_batches_of_the_models_size() -> None:
    reader = CalibrationInputs(STORED, signature(batch=4), 10)
    feeds = []
    while (feed := reader.get_next()) is not None:
        feeds.append(feed)
    assert [len(feed["input_ids"]) for feed in feeds] == [4, 4]
    np.testing.assert_allclose(np.concatenate([feed["mask"] for feed in feeds]), MASK[:8] * 0.5)


def test_a_network_that_differs_from_the_record_is_rejected(tmp_path: Path) -> None:
    path = masked_sum(tmp_path / "masked.onnx")
    other = signature()
    other["output"]["classes"] = 4
    with pytest.raises(QuantshiftError, match=r"masked\.onnx does not match its model record.*scores \[n, 4\]"):
        Network(path, other)
    other["output"] = Output(name="scores", kind="score", classes=2, threshold=0.0)
    with pytest.raises(QuantshiftError, match=r"masked\.onnx does not match .*scores \[n\] or \[n, 1\]"):
        Network(path, other)
    other = signature()
    other["inputs"].pop()
    with pytest.raises(QuantshiftError, match=r"masked\.onnx does not match its model record"):
        Network(path, other)


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"input_ids": WORDS}, "holds input_ids, but the model takes input_ids, mask"),
        ({"input_ids": WORDS, "mask": MASK[:9]}, "different numbers of samples: input_ids 130, mask 9"),
    ],
)
def test_an_archive_with_other_inputs_is_rejected(tmp_path: Path, arrays: dict[str, Any], message: str) -> None:
    archives.store(tmp_path / "inputs.npz", arrays.items())
    with pytest.raises(QuantshiftError, match=message):
        read_inputs(tmp_path / "inputs.npz", ["input_ids", "mask"])


def test_a_single_array_is_rejected_if_the_model_has_several_inputs(tmp_path: Path) -> None:
    write_array(tmp_path / "inputs.npy", WORDS)
    with pytest.raises(QuantshiftError, match=r"expected an \.npz archive"):
        read_inputs(tmp_path / "inputs.npy", ["input_ids", "mask"])


@pytest.mark.parametrize("batch_size", [1, 7, 64, 100])
def test_a_network_can_take_bytes_with_channels_last_and_blue_first(tmp_path: Path, batch_size: int) -> None:
    """Stored images are [n, 3, height, width] in RGB; the network takes [n, height, width, 3] in BGR."""
    graph = helper.make_graph(
        [
            helper.make_node("Cast", ["pixels:0"], ["real"], to=TensorProto.FLOAT),
            helper.make_node("ReduceMean", ["real", "positions"], ["scores"], keepdims=0),
        ],
        "means",
        [helper.make_tensor_value_info("pixels:0", TensorProto.UINT8, ["batch", 4, 6, 3])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["batch", 3])],
        [numpy_helper.from_array(np.array([1, 2]), "positions")],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10), tmp_path / "m.onnx")
    preprocessing = Preprocessing(scale=1.0, layout="NHWC", channels="BGR")
    pixels = Input(name="pixels:0", stored="uint8", dtype="uint8", shape=[4, 6, 3], preprocessing=preprocessing)
    output = Output(name="scores", kind="logits", classes=3)
    network = Network(tmp_path / "m.onnx", Signature(inputs=[pixels], output=output, batch=None))
    images = RANDOM.integers(0, 256, (100, 3, 4, 6), dtype=np.uint8)
    network.expect({"pixels:0": images}, "inputs.npy")
    expected = images.mean(axis=(2, 3))[:, ::-1]
    np.testing.assert_allclose(network.predict({"pixels:0": images}, batch_size), expected, rtol=1e-5)
