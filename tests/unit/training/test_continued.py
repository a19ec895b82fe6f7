"""The control of quantization-aware training: the same training without rounding."""

import copy

import numpy as np
import pytest
import torch
from torch import nn

from quantshift.core import members
from quantshift.models.network import build
from quantshift.training import fake_quantization, recurrent_weights
from quantshift.training.adam import Adam
from quantshift.training.methods.continued import Continued
from quantshift.training.methods.qat import QuantizationAware

# Kinds of normalization: after a convolution, after a convolution in a residual block, and before a convolution.
NETWORKS = {
    "nin": lambda: members.load("architectures", "nin").build((3, 16, 16), 10, width=0.06, dropout=0.5),
    "resnet20": lambda: members.load("architectures", "resnet20").build((3, 16, 16), 10),
    "densenet121": lambda: members.load("architectures", "densenet121").build(
        (3, 32, 32), 10, pretrained=False, growth_rate=2
    ),
}


def trained(method, net, steps=3, rate=1e-3):
    """Train `net` in place on the same random batches; return the prepared network."""
    torch.manual_seed(3)  # for dropout
    prepared = method.prepare(net)
    optimizer = Adam(prepared.parameters())
    size = size_of(net)
    random = np.random.default_rng(1)
    prepared.train()
    for step in range(steps):
        inputs = torch.from_numpy(random.random((16, 3, size, size), dtype=np.float32))
        labels = torch.from_numpy(random.integers(0, 10, 16))
        prepared.zero_grad()
        method.loss(prepared, inputs, labels, step / steps).backward()
        optimizer.step(rate)
    method.finish(net)
    return prepared


def size_of(net):
    """Return the height and width of a network's input images."""
    large = any(name.endswith("denseblock4") for name, _ in net.named_modules())
    return 32 if large else 16


@pytest.fixture(params=NETWORKS)
def net(request):
    """A network whose normalizations have statistics of inputs."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    net = NETWORKS[request.param]()
    size = size_of(net)
    with torch.no_grad():
        for _ in range(5):
            net(torch.rand(16, 3, size, size))
    return net


@pytest.fixture
def images(net):
    size = size_of(net)
    return torch.rand(8, 3, size, size, generator=torch.Generator().manual_seed(2))


def test_it_equals_quantization_aware_training_without_rounding(net, monkeypatch):
    continued, rounded = copy.deepcopy(net), copy.deepcopy(net)
    trained(QuantizationAware({"range_momentum": 0.1}, np.random.default_rng(0)), rounded)
    for module in ("FakeQuantizedActivation", "FakeQuantizedWeight", "SameGrid"):
        monkeypatch.setattr(getattr(fake_quantization, module), "forward", lambda _self, values: values)
    trained(QuantizationAware({"range_momentum": 0.1}, np.random.default_rng(0)), net)
    method = Continued({}, np.random.default_rng(0))
    trained(method, continued)
    assert method.rounding == "none"
    states = (net.state_dict(), continued.state_dict(), rounded.state_dict())
    assert all(torch.equal(states[0][key], states[1][key]) for key in states[0])
    assert not all(torch.equal(states[0][key], states[2][key]) for key in states[0])


def test_preparing_preserves_the_logits_and_freezes_the_statistics(net, images):
    for module in net.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0
    with torch.no_grad():
        before = net.eval()(images)
        prepared = Continued({}, np.random.default_rng(0)).prepare(net)
        outputs = [prepared.eval()(images), prepared.train()(images), net.eval()(images)]
    for after in outputs:
        assert torch.allclose(before, after, rtol=1e-3, atol=1e-4)


def test_training_changes_the_original_network(net, images):
    before = copy.deepcopy(net)
    prepared = trained(Continued({}, np.random.default_rng(0)), net)
    statistics = {name: value.clone() for name, value in net.named_buffers()}
    with torch.no_grad():
        after, own = prepared.eval()(images), net.eval()(images)
        assert torch.allclose(after, own, rtol=1e-3, atol=1e-4)
        assert not torch.allclose(after, before.eval()(images), rtol=1e-3, atol=1e-4)
    trained(Continued({}, np.random.default_rng(0)), net)
    folded_again = {name: value for name, value in net.named_buffers() if "running" in name}
    assert all(torch.allclose(statistics[name], value, atol=1e-6) for name, value in folded_again.items())


def test_text_training_equals_quantization_aware_training_without_rounding(monkeypatch):
    torch.set_num_threads(1)
    monkeypatch.setattr(recurrent_weights, "ROUNDED", nn.Identity())
    texts = torch.from_numpy(np.random.default_rng(0).integers(2, 500, (8, 40)))
    states = []
    for method in (QuantizationAware, Continued):
        net = build("gru", "imdb", ("any",), {})
        chosen = method({}, np.random.default_rng(0))
        prepared = chosen.prepare(net)
        optimizer = Adam(prepared.parameters())
        for step in range(3):
            prepared.zero_grad()
            chosen.loss(prepared, texts, torch.arange(8) % 2, step / 3).backward()
            optimizer.step(1e-3)
        chosen.finish(net)
        states.append(net.state_dict())
    assert all(torch.equal(states[0][key], states[1][key]) for key in states[0])
