"""Each scheme on exported LSTMs and GRUs: what becomes integers, and what coverage reports."""

import numpy as np
import onnx
import pytest
import torch
from onnx import numpy_helper
from tests.answers import model_record, predict
from torch import nn

from quantshift.core import members
from quantshift.export.trace import write
from quantshift.inspection.coverage import coverage
from quantshift.quantizers.quantize import quantize
from quantshift.quantizers.schemes import weight_only
from quantshift.runtime.session import session
from quantshift.storage.arrays import write_array
from quantshift.storage.records import write_record

WORDS, WIDTH, HIDDEN, LENGTH = 500, 16, 10, 20
EMBEDDING, DENSE = WORDS * WIDTH, 2 * HIDDEN
TEXTS = np.random.default_rng(0).integers(0, WORDS, (100, LENGTH), dtype=np.int32)
GATES = {"lstm": 4, "gru": 3}


class Network(nn.Module):
    def __init__(self, kind):
        super().__init__()
        self.embedding = nn.Embedding(WORDS, WIDTH)
        self.recurrent = {"lstm": nn.LSTM, "gru": nn.GRU}[kind](WIDTH, HIDDEN, batch_first=True)
        self.dense = nn.Linear(HIDDEN, 2)

    def forward(self, tokens):
        _, last = self.recurrent(self.embedding(tokens))
        return self.dense((last[0] if isinstance(last, tuple) else last)[0])


@pytest.fixture(scope="module", params=["lstm", "gru"])
def exported(request, tmp_path_factory):
    """The kind, the float32 file and its logits."""
    torch.manual_seed(0)
    net = Network(request.param).eval()
    folder = tmp_path_factory.mktemp(request.param)
    path = folder / "float32.onnx"
    write(net, torch.from_numpy(TEXTS[:2]), path)
    write_array(folder / "calibration.npy", TEXTS)
    write_record(folder / "model.json", model_record(TEXTS, 2))
    with torch.no_grad():
        expected = net(torch.from_numpy(TEXTS)).numpy()
    return request.param, path, expected


@pytest.fixture
def quantized(exported, tmp_path):
    def run(scheme, **chosen):
        _, path, _ = exported
        options = members.constants(f"quantizers/schemes/{scheme}")["OPTIONS"]
        preset = {"scheme": scheme} | {name: chosen.get(name, option["default"]) for name, option in options.items()}
        target = tmp_path / "quantized.onnx"
        folder = path.parent
        quantize(
            preset=preset,
            source=path,
            calibration=folder / "calibration.npy",
            record=folder / "model.json",
            model=target,
        )
        return target

    return run


def recurrent(kind):
    """Return the number of weights of the recurrent layer."""
    return GATES[kind] * HIDDEN * (WIDTH + HIDDEN)


def total(kind):
    return EMBEDDING + DENSE + recurrent(kind)


def error(path, expected, batch_size=1):
    """Return the mean absolute difference of the logits over the range of the float logits."""
    return np.abs(predict(path, TEXTS, batch_size) - expected).mean() / np.ptp(expected)


def test_the_export_reads_int32_and_answers_the_same(exported):
    kind, path, expected = exported
    assert session(path).get_inputs()[0].type == "tensor(int32)"
    np.testing.assert_allclose(predict(path, TEXTS, 7), expected, atol=1e-5)
    result = coverage(path)
    assert (result.weights, result.quantized_weight_share, result.integer_compute_share) == (total(kind), 0, 0)


def test_dynamic_lstms_run_on_integers_and_grus_stay_float(exported, quantized):
    kind, _, expected = exported
    path = quantized("dynamic")
    result = coverage(path)
    assert result.weights == total(kind)
    if kind == "lstm":
        assert "DynamicQuantizeLSTM:1" in result.operators
        assert (result.quantized_weight_share, result.integer_compute_share) == (1, 1)
    else:
        assert "GRU:1" in result.operators
        assert result.quantized_weight_share == pytest.approx((EMBEDDING + DENSE) / total(kind))
        assert result.integer_compute_share == pytest.approx(DENSE / (DENSE + recurrent(kind)))
    assert 0 < error(path, expected) < 0.05


@pytest.mark.parametrize("exported", ["lstm"], indirect=True)
def test_dynamic_lstms_are_exact_on_every_cpu_unless_int8_is_chosen(exported, quantized):
    _, _, expected = exported
    for weight_type, largest in (("int8", 127), ("uint8", 64)):
        path = quantized("dynamic", weight_type=weight_type)
        graph = onnx.load(path).graph
        stored = {item.name: numpy_helper.to_array(item) for item in graph.initializer}
        layer = next(node for node in graph.node if node.op_type == "DynamicQuantizeLSTM")
        for name in layer.input[1:3]:
            assert stored[name].dtype == np.int8
            assert np.abs(stored[name].astype(int)).max() == largest
    assert not coverage(path).may_saturate
    assert error(path, expected) < 0.05


def test_channel_scales_do_not_count_as_weights(exported, quantized):
    assert coverage(quantized("dynamic", per_channel=True)).weights == total(exported[0])


@pytest.mark.parametrize("activation_type", ["uint8", "uint16"])
def test_static_leaves_the_recurrent_layer_float(exported, quantized, activation_type):
    kind, _, expected = exported
    path = quantized("static", activation_type=activation_type)
    result = coverage(path)
    assert f"{kind.upper()}:1" in result.operators
    assert result.quantized_weight_share == pytest.approx((EMBEDDING + DENSE) / total(kind))
    # There is no kernel for 16-bit activations.
    computed = DENSE / (DENSE + recurrent(kind)) if activation_type == "uint8" else 0
    assert result.integer_compute_share == pytest.approx(computed)
    assert 0 < error(path, expected) < 0.05


@pytest.mark.parametrize("method", ["entropy", "percentile"])
def test_other_calibration_methods_run(exported, quantized, method):
    assert error(quantized("static", calibration_method=method), exported[2]) < 0.1


@pytest.mark.parametrize(("bits", "limit"), [(8, 127), (4, 7)])
def test_weight_only_stores_every_weight_as_integers(exported, quantized, bits, limit):
    kind, _, expected = exported
    path = quantized("weight_only", bits=bits)
    result = coverage(path)
    assert (result.weights, result.quantized_weight_share, result.integer_compute_share) == (total(kind), 1, 0)
    integers = [item for item in onnx.load(path).graph.initializer if item.name.endswith("_integers")]
    assert sorted(tuple(item.dims) for item in integers) == sorted(
        [(WORDS, WIDTH), (2, HIDDEN), (1, GATES[kind] * HIDDEN, WIDTH), (1, GATES[kind] * HIDDEN, HIDDEN)]
    )
    assert 0 < error(path, expected) < 1 / limit


def test_weight_only_is_the_network_with_rounded_weights(exported, quantized):
    kind, _, expected = exported
    torch.manual_seed(0)
    net = Network(kind).eval()
    with torch.no_grad():
        for name, weight in net.named_parameters():
            if weight.ndim == 2:
                # One scale per row: in the embedding, one per word.
                scale = weight.abs().amax(dim=1, keepdim=True) / 127
                weight.copy_(torch.round(weight / scale) * scale)
            else:
                assert "bias" in name
        rounded = net(torch.from_numpy(TEXTS)).numpy()
    actual = predict(quantized("weight_only"), TEXTS, 7, weight_only.SESSION)
    np.testing.assert_allclose(actual, rounded, atol=2e-5)
    assert np.abs(actual - expected).max() > 1e-4


def test_float16_keeps_int32_inputs(exported, quantized):
    kind, _, expected = exported
    path = quantized("float16")
    assert session(path).get_inputs()[0].type == "tensor(int32)"
    assert session(path).get_outputs()[0].type == "tensor(float)"
    result = coverage(path)
    assert (result.weights, result.quantized_weight_share, result.integer_compute_share) == (total(kind), 1, 0)
    assert 0 < error(path, expected) < 0.001
