"""Every architecture on small inputs: its layers, and that its ONNX file gives the same logits."""

import numpy as np
import onnx
import pytest
import torch
from tests.answers import predict
from torch import nn

from quantshift.core import members
from quantshift.core.errors import QuantshiftError
from quantshift.export.trace import write
from quantshift.runtime.session import session

TOKENS, WORDS = 300, 20
SIZES = {
    "lenet1": (1, 28),
    "lenet5": (1, 28),
    "nin": (3, 16),
    "resnet20": (3, 16),
    "densenet121": (3, 32),
    "resnet50": (3, 32),
}
NAMES = members.names("architectures")


def defaults(name):
    return {
        key: option["default"] for key, option in members.constants(f"architectures/{name}").get("OPTIONS", {}).items()
    }


def build(name, **chosen):
    torch.manual_seed(0)
    options = defaults(name) | chosen
    if members.constants(f"architectures/{name}")["MODALITY"] == "text":
        return members.load("architectures", name).build((WORDS,), 2, tokens=TOKENS, **options)
    channels, size = SIZES[name]
    return members.load("architectures", name).build((channels, size, size), 10, **options)


def inputs(name, count):
    generator = np.random.default_rng(1)
    if name in SIZES:
        channels, size = SIZES[name]
        return generator.integers(0, 256, (count, channels, size, size), dtype=np.uint8)
    return generator.integers(0, TOKENS, (count, WORDS), dtype=np.int32)


def tensor(stored):
    return torch.from_numpy(stored / np.float32(255) if stored.dtype == np.uint8 else stored)


def convolution_weights(net):
    return sum(layer.weight.numel() for layer in net.modules() if isinstance(layer, nn.Conv2d))


@pytest.fixture(scope="module", params=NAMES)
def exported(request, tmp_path_factory):
    """The name, the network with batch statistics from data, and its ONNX file."""
    name = request.param
    net = build(name)
    net.train()
    with torch.no_grad():
        net(tensor(inputs(name, 8)))
    path = tmp_path_factory.mktemp(name) / "float32.onnx"
    write(net, tensor(inputs(name, 2)), path)
    return name, net, path


def test_the_file_gives_the_same_logits_for_any_batch_size(exported):
    name, net, path = exported
    stored = inputs(name, 7)
    with torch.no_grad():
        expected = net(tensor(stored)).numpy()
    opened = session(path)
    assert opened.get_inputs()[0].shape == ["batch", *stored.shape[1:]]
    assert opened.get_outputs()[0].shape == ["batch", expected.shape[1]]
    for size in (1, 3, 7):
        logits = predict(path, stored, size)
        np.testing.assert_allclose(logits, expected, atol=1e-4 * max(1, np.abs(expected).max()))
    assert np.abs(expected - expected[:1]).max() > 1e-4  # inputs matter


def test_all_weights_are_stored_and_no_training_operators_remain(exported):
    name, _, path = exported
    model = onnx.load(path)
    operators = [node.op_type for node in model.graph.node]
    assert "Dropout" not in operators
    stored = {item.name for item in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type in ("Conv", "Gemm", "LSTM", "GRU"):
            assert node.input[1] in stored
    # Normalizations that follow a convolution are folded; DenseNet has others, which stay.
    assert operators.count("BatchNormalization") == (62 if name == "densenet121" else 0)
    if name not in SIZES:
        assert operators.count(name.upper()) == 1


def test_dropout_is_active_only_in_training():
    for name in ("nin", "lstm", "gru"):
        net, values = build(name), tensor(inputs(name, 4))
        with torch.no_grad():
            net.eval()
            assert torch.equal(net(values), net(values))
            net.train()
            assert not torch.equal(net(values), net(values)), name


@pytest.mark.parametrize("name", [name for name in NAMES if name in SIZES])
def test_image_networks_can_be_traced(name):
    assert torch.fx.symbolic_trace(build(name)).graph is not None


def test_nin_matches_the_study():
    # Counted by hand: 5x5:192, 1x1:160, 1x1:96; 5x5:192, 1x1:192, 1x1:192; 3x3:192, 1x1:192, 1x1:10.
    assert convolution_weights(build("nin")) == 60_480 + 534_528 + 370_560
    with torch.no_grad():
        sizes = []
        net = build("nin").eval()
        for layer in net:
            if isinstance(layer, nn.MaxPool2d):
                layer.register_forward_hook(lambda *values: sizes.append(values[2].shape[-1]))
        net(torch.zeros(1, 3, 32, 32))
    assert sizes == [16, 8]


def test_the_width_of_nin_is_a_factor_on_all_layers_but_the_last():
    channels = [layer.out_channels for layer in build("nin", width=0.25) if isinstance(layer, nn.Conv2d)]
    assert channels == [48, 40, 24, 48, 48, 48, 48, 48, 10]
    channels = [layer.out_channels for layer in build("nin", width=0.01) if isinstance(layer, nn.Conv2d)]
    assert channels == [8] * 8 + [10]


def test_the_dropout_of_nin_is_an_option():
    dropouts = [layer.p for layer in build("nin", dropout=0.1) if isinstance(layer, nn.Dropout)]
    assert dropouts == [0.1, 0.1]
    assert [layer.p for layer in build("nin") if isinstance(layer, nn.Dropout)] == [0.5, 0.5]


def test_the_width_of_resnet50_is_a_factor_on_its_bottlenecks():
    convolutions = [layer for layer in build("resnet50", width=0.25).modules() if isinstance(layer, nn.Conv2d)]
    inner = {layer.out_channels for layer in convolutions if layer.kernel_size == (3, 3)}
    assert inner == {16, 32, 64, 128}
    assert max(layer.out_channels for layer in convolutions) == 2048


def test_each_layer_of_densenet121_adds_growth_rate_channels():
    convolutions = [layer for layer in build("densenet121", growth_rate=8).modules() if isinstance(layer, nn.Conv2d)]
    assert {layer.out_channels for layer in convolutions if layer.kernel_size == (3, 3)} == {8}
    assert convolutions[0].out_channels == 16
    assert len(convolutions) == 120  # plus a dense layer


def test_resnet20_matches_the_study():
    # 3x3 convolutions: 3 -> 16, six of 16, then 16 -> 32 and five of 32, then 32 -> 64 and five of 64; two shortcuts.
    layers = 432 + 6 * 2304 + 4608 + 5 * 9216 + 18_432 + 5 * 36_864
    assert convolution_weights(build("resnet20")) == layers + 16 * 32 + 32 * 64


@pytest.mark.parametrize(("name", "gates", "units"), [("lstm", 4, 50), ("gru", 3, 75)])
def test_recurrent_networks_have_the_sizes_of_the_study(name, gates, units):
    net = build(name)
    sizes = {key: tuple(value.shape) for key, value in net.named_parameters() if value.ndim == 2}
    assert sizes == {
        "embedding.weight": (TOKENS, 128),
        "recurrent.weight_ih_l0": (gates * units, 128),
        "recurrent.weight_hh_l0": (gates * units, units),
        "dense.weight": (2, units),
    }


@pytest.mark.parametrize("name", ["lstm", "gru"])
def test_a_text_network_is_its_embedding_and_its_classifier(name):
    net, tokens = build(name).eval(), tensor(inputs(name, 5))
    with torch.no_grad():
        embedded = net.embed(tokens)
        assert embedded.shape == (5, WORDS, 128)
        assert torch.equal(net.classify(embedded), net(tokens))


def test_spatial_dropout_drops_dimensions_for_all_words():
    net = build("lstm").train()
    torch.manual_seed(0)
    dropped = net.spatial_dropout(torch.ones(50, WORDS, 128))
    assert torch.equal(dropped, dropped[:, :1].expand_as(dropped))
    assert 0.25 < float((dropped[:, 0] == 0).float().mean()) < 0.35
    torch.testing.assert_close(dropped[dropped > 0].mean(), torch.tensor(1 / 0.7))


@pytest.mark.parametrize("name", ["densenet121", "resnet50"])
def test_colour_networks_refuse_grey_images(name):
    with pytest.raises(QuantshiftError, match="needs images with 3 channels, but these have 1"):
        members.load("architectures", name).build((1, 32, 32), 10, **defaults(name))
