"""Weight-only quantization-aware training, compared with hand-rounded weights and with the quantized file."""

import numpy as np
import pytest
import torch
from tests.answers import model_record, predict
from torch import nn
from torch.nn import functional

from quantshift.export.signature import INPUT
from quantshift.export.trace import write
from quantshift.models.recurrent import RecurrentClassifier
from quantshift.quantizers.schemes import weight_only
from quantshift.training.methods.qat import QuantizationAware

TOKENS = 60
TEXTS = np.random.default_rng(0).integers(0, TOKENS, (40, 12), dtype=np.int32)


def build(kind):
    torch.manual_seed(0)
    net = RecurrentClassifier(kind(8, 6, batch_first=True), TOKENS, 2, 0.3)
    for parameter in net.parameters():  # large enough that rounding is visible
        parameter.detach().mul_(4)
    return net.eval()


def matrices(net):
    return {name: value for name, value in net.named_parameters() if value.ndim == 2}


def rounded(weight):
    scale = weight.abs().amax(dim=1, keepdim=True) / 127
    return torch.round(weight / scale) * scale


@pytest.fixture(params=[nn.LSTM, nn.GRU])
def tuned(request):
    net = build(request.param)
    method = QuantizationAware({}, np.random.default_rng(0))
    return net, method, method.prepare(net)


def test_the_network_computes_with_rounded_matrices(tuned):
    net, method, prepared = tuned
    assert method.rounding == "weights"
    texts = torch.from_numpy(TEXTS)
    with torch.no_grad():
        logits = prepared.eval()(texts)
        twin = build(type(net.recurrent))
        exact = twin(texts)
        for weight in matrices(twin).values():
            weight.copy_(rounded(weight))
        torch.testing.assert_close(logits, twin(texts), rtol=1e-5, atol=1e-6)
    assert float((logits - exact).abs().max()) > 1e-4
    assert method.ranges(prepared) == []


def test_all_matrices_are_trained_through_the_rounding(tuned):
    net, method, prepared = tuned
    labels = torch.arange(40) % 2
    prepared.train()
    optimizer = torch.optim.Adam(prepared.parameters(), lr=0.01)
    losses = []
    for _ in range(40):
        optimizer.zero_grad()
        loss = functional.cross_entropy(prepared(torch.from_numpy(TEXTS)), labels)
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    method.finish(net)
    assert losses[-1] < 0.8 * losses[0]
    before = matrices(build(type(net.recurrent)))
    for name, weight in matrices(net).items():
        assert not torch.equal(weight, before[name]), name
        assert not torch.allclose(weight, rounded(weight.detach()), atol=1e-6), name  # the weights are not rounded


def test_finish_restores_the_network(tuned):
    net, method, _ = tuned
    method.finish(net)
    twin = build(type(net.recurrent))
    assert list(net.state_dict()) == list(twin.state_dict())
    with torch.no_grad():
        assert torch.equal(net(torch.from_numpy(TEXTS)), twin(torch.from_numpy(TEXTS)))


def test_the_weight_only_file_is_the_fake_quantized_network(tuned, tmp_path):
    net, method, prepared = tuned
    with torch.no_grad():
        expected = prepared(torch.from_numpy(TEXTS)).numpy()
    method.finish(net)
    write(net, torch.from_numpy(TEXTS[:2]), tmp_path / "float32.onnx")
    weight_only.quantize(
        tmp_path / "float32.onnx", tmp_path / "weights.onnx", {"bits": 8}, {INPUT: TEXTS}, model_record(TEXTS, 2)
    )
    np.testing.assert_allclose(predict(tmp_path / "weights.onnx", TEXTS, 7), expected, rtol=1e-4, atol=1e-5)
