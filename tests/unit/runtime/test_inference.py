import os
import shutil
import subprocess
import sys

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from tests.answers import IMAGES, model_record, network, predict

from quantshift.core.errors import QuantshiftError
from quantshift.data.preprocessing import prepare
from quantshift.export.signature import INPUT
from quantshift.inspection.speed import round_inputs, speed
from quantshift.runtime import network as module
from quantshift.runtime.evaluate import evaluate
from quantshift.runtime.session import session
from quantshift.storage.arrays import read_array, write_array
from quantshift.storage.records import write_record


@pytest.fixture
def images():
    return np.random.default_rng(0).integers(0, 256, (601, 1, 6, 6), dtype=np.uint8)


@pytest.fixture
def model(tmp_path):
    random = np.random.default_rng(1)
    kernel = random.normal(size=(3, 1, 3, 3)).astype(np.float32)
    dense = random.normal(size=(48, 4)).astype(np.float32)
    nodes = [
        helper.make_node("Conv", ["input", "kernel"], ["convolved"]),
        helper.make_node("Flatten", ["convolved"], ["flat"]),
        helper.make_node("MatMul", ["flat", "dense"], ["logits"]),
    ]
    graph = helper.make_graph(
        nodes,
        "small",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["batch", 1, 6, 6])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 4])],
        [numpy_helper.from_array(kernel, "kernel"), numpy_helper.from_array(dense, "dense")],
    )
    path = tmp_path / "small.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10), path)
    return path


def test_bytes_become_values_from_zero_to_one():
    stored = np.array([[0, 51, 255]], dtype=np.uint8)
    pixels = IMAGES.input("pixels", [3])
    values = prepare(stored, pixels)[0]
    assert values.dtype == np.float32
    np.testing.assert_allclose(values, [0, 0.2, 1], rtol=1e-6)
    with pytest.raises(TypeError, match="uint8"):
        prepare(np.zeros((1, 3)), pixels)


@pytest.mark.parametrize("batch_size", [1, 7, 64, 600, 601, 5000])
def test_logits_equal_those_of_a_plain_loop(model, images, batch_size):
    opened = session(model)
    ready = images.astype(np.float32) * np.float32(1 / 255)
    plain = [
        opened.run(None, {INPUT: ready[start : start + batch_size]})[0] for start in range(0, len(ready), batch_size)
    ]
    np.testing.assert_array_equal(predict(model, images, batch_size), np.concatenate(plain))


def test_inputs_may_be_mapped_from_the_disk(model, images, tmp_path):
    write_array(tmp_path / "inputs.npy", images)
    np.testing.assert_array_equal(predict(model, read_array(tmp_path / "inputs.npy"), 64), predict(model, images, 64))


@pytest.mark.parametrize("content", [b"", b"not a model", None])
def test_the_message_names_a_file_that_is_not_a_model(model, content):
    model.write_bytes(model.read_bytes()[:300] if content is None else content)
    with pytest.raises(QuantshiftError, match=r"small\.onnx is not an ONNX model"):
        session(model)


def test_evaluate_writes_the_logits_of_every_test_set(model, images, tmp_path):
    write_array(tmp_path / "one.npy", images)
    write_array(tmp_path / "two.npy", images[::-1])
    test_sets = {"fog/5": tmp_path / "one.npy", "stripe/0": tmp_path / "two.npy"}
    record = tmp_path / "model.json"
    write_record(record, model_record(images, 4))
    for name in ("first.npz", "second.npz"):
        evaluate(
            model=model,
            record=record,
            test_sets=test_sets,
            batch_size=32,
            threads=1,
            entries={},
            logits=tmp_path / name,
        )
    with np.load(tmp_path / "first.npz") as logits:
        assert sorted(logits) == ["fog/5", "stripe/0"]
        assert logits["fog/5"].shape == (601, 4)
        np.testing.assert_array_equal(logits["fog/5"], logits["stripe/0"][::-1])
    assert (tmp_path / "first.npz").read_bytes() == (tmp_path / "second.npz").read_bytes()


def test_speed_is_relative_to_float32(model, images, tmp_path):
    copy = shutil.copy(model, tmp_path / "copy.onnx")
    measured = speed(network(copy, images), network(model, images), {INPUT: images}, batch_size=64, threads=1, rounds=9)
    assert measured.images_per_second > 0
    assert 0.3 < measured.speedup_over_float32 < 3


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="only Linux can pin a process to one core")
def test_a_busy_core_does_not_make_a_variant_slower(model, images):
    opened = network(model, images)

    def rate():
        return speed(opened, opened, {INPUT: images}, batch_size=1, threads=1, rounds=9).images_per_second

    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    busy = []
    try:
        alone = rate()
        busy += [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(3)]
        assert rate() > 0.6 * alone  # in wall-clock time it would be a quarter
    finally:
        for process in busy:
            process.kill()
            process.wait()
        os.sched_setaffinity(0, cores)


def test_float32_is_as_fast_as_itself(model, images):
    opened = network(model, images)
    assert speed(opened, opened, {INPUT: images}, batch_size=64, threads=1).speedup_over_float32 == 1


@pytest.mark.parametrize(("slowest", "measured"), [(1e-6, 512), (0.0499, 128), (0.0501, 64), (60.0, 64)])
def test_a_slow_variant_is_measured_on_fewer_inputs(slowest, measured):
    assert round_inputs(slowest, 64) == measured


def test_logits_do_not_depend_on_how_many_inputs_are_read_at_a_time(model, images, monkeypatch):
    whole = predict(model, images, 8)
    monkeypatch.setattr(module, "PART", 20 * 6 * 6)
    np.testing.assert_array_equal(predict(model, images, 8), whole)
