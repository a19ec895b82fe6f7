"""Texts, stored as int32, in sessions, tensors and calibration."""

import warnings

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper
from tests.answers import TEXTS, network, predict, signature

from quantshift.core.errors import QuantshiftError
from quantshift.data.preprocessing import prepare
from quantshift.export.signature import INPUT
from quantshift.inspection.speed import speed
from quantshift.models.tensors import on_cpu
from quantshift.quantizers.calibration import CalibrationInputs
from quantshift.storage.arrays import read_array, write_array

TOKENS = np.random.default_rng(0).integers(0, 50, (601, 12), dtype=np.int32)
WORDS = TEXTS.input("words", [12])


@pytest.fixture
def model(tmp_path):
    """A bag of embeddings: each text's logits are the sum of its words' rows."""
    table = np.random.default_rng(1).normal(size=(50, 3)).astype(np.float32)
    nodes = [
        helper.make_node("Gather", ["table", "input"], ["embedded"]),
        helper.make_node("ReduceSum", ["embedded", "axes"], ["logits"], keepdims=0),
    ]
    graph = helper.make_graph(
        nodes,
        "bag",
        [helper.make_tensor_value_info("input", TensorProto.INT32, ["batch", 12])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 3])],
        [numpy_helper.from_array(table, "table"), numpy_helper.from_array(np.array([1]), "axes")],
    )
    path = tmp_path / "bag.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10), path)
    return path, table


def test_texts_are_passed_on_unchanged():
    assert prepare(TOKENS, WORDS) is TOKENS


def test_images_and_texts_are_not_mistaken_for_each_other(model):
    with pytest.raises(TypeError, match="stored as int32, but these inputs are int64"):
        prepare(TOKENS.astype(np.int64), WORDS)
    opened = network(model[0], TOKENS)
    for size in (2, 200):
        with pytest.raises(TypeError, match="stored as int32, but these inputs are uint8"):
            opened.predict({INPUT: TOKENS[:200].astype(np.uint8)}, size)
    with pytest.raises(QuantshiftError, match=r"inputs uint8 .*bag\.onnx expects int32"):
        opened.expect({INPUT: TOKENS.astype(np.uint8)}, "inputs.npy")


@pytest.mark.parametrize("batch_size", [1, 7, 64, 601, 5000])
def test_logits_are_sums_of_the_words_rows(model, batch_size):
    path, table = model
    np.testing.assert_allclose(predict(path, TOKENS, batch_size), table[TOKENS].sum(axis=1), rtol=1e-5, atol=1e-5)


def test_texts_may_be_mapped_from_the_disk(model, tmp_path):
    write_array(tmp_path / "inputs.npy", TOKENS)
    mapped = read_array(tmp_path / "inputs.npy")
    np.testing.assert_array_equal(predict(model[0], mapped, 64), predict(model[0], TOKENS, 64))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        values = on_cpu(TEXTS)(mapped[:5])
    assert values.dtype == torch.int32
    np.testing.assert_array_equal(values.numpy(), TOKENS[:5])


def test_calibration_feeds_texts_one_at_a_time():
    reader = CalibrationInputs({INPUT: TOKENS}, signature(TOKENS, 3), 3)
    feeds = [reader.get_next() for _ in range(4)]
    assert feeds[3] is None
    for feed, row in zip(feeds[:3], TOKENS, strict=False):
        assert feed[INPUT].dtype == np.int32
        np.testing.assert_array_equal(feed[INPUT], row[np.newaxis])


def test_the_speed_of_texts_is_measured(model):
    opened = network(model[0], TOKENS)
    assert speed(opened, opened, {INPUT: TOKENS}, batch_size=8, threads=1).images_per_second > 0
