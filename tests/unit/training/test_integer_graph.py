"""Fake quantization in torch against onnxruntime's integer kernels, on small networks and on ResNet-20."""

from dataclasses import asdict

import numpy as np
import onnx
import pytest
import torch
from onnx import numpy_helper
from tests.answers import model_record, predict
from torch import nn
from torch.nn import functional

from quantshift.core import members
from quantshift.core.errors import QuantshiftError
from quantshift.export.ranges import match
from quantshift.export.signature import INPUT
from quantshift.export.trace import write
from quantshift.inspection.coverage import coverage
from quantshift.inspection.saturation import cpu_saturates
from quantshift.models.imagenet import network
from quantshift.models.vision import torchvision
from quantshift.quantizers.schemes import static
from quantshift.shifts.digits import digits
from quantshift.training import fake_quantization
from quantshift.training.integer_graph import integer_graph, learned_ranges
from quantshift.training.methods.qat import QuantizationAware

PRESET = {name: option["default"] for name, option in static.OPTIONS.items()} | {"calibration_samples": 5}
if cpu_saturates():
    PRESET["weight_type"] = "uint8"  # on the same grid, and exact on this CPU
PORTABLE = PRESET | {"weight_type": "int8", "reduce_range": True}


def residual(pretrained=False):
    """Return a network with residual blocks with and without a convolution in the shortcut, and a max pool."""
    net = torchvision.models.ResNet(
        torchvision.models.resnet.BasicBlock, [2, 1, 1, 1], num_classes=5, width_per_group=64
    )
    net.layer3, net.layer4, net.fc = nn.Identity(), nn.Identity(), nn.Linear(128, 5)
    return network(net, "residual", (3, 16, 16), pretrained)


def dense():
    return torchvision.models.DenseNet(growth_rate=4, block_config=(2, 2), num_init_features=8, num_classes=5)


def nin():
    return members.load("architectures", "nin").build((3, 16, 16), 5, width=0.06, dropout=0.5)


def resnet20():
    return members.load("architectures", "resnet20").build((3, 32, 32), 10)


def pictures(size):
    images, labels = digits.load()
    margin = (size - 28) // 2
    if margin < 0:
        images = images[:, ::2, ::2]
        margin = (size - 14) // 2
    padded = np.pad(images, ((0, 0), (margin, margin), (margin, margin)))
    colours = np.array([1.0, 0.8, 0.5])[:, None, None]
    return (padded[:, None] * colours).astype(np.uint8), labels


def float_inputs(images):
    return torch.from_numpy(images / np.float32(255))


def train(net, images, labels, steps, rate):
    net.train()
    optimizer = torch.optim.Adam(net.parameters(), lr=rate)
    for step in range(steps):
        batch = slice(step * 64 % 960, step * 64 % 960 + 64)
        optimizer.zero_grad()
        functional.cross_entropy(net(float_inputs(images[batch])), torch.from_numpy(labels[batch])).backward()
        optimizer.step()
    return net.eval()


@pytest.fixture
def tuned(tmp_path, monkeypatch):
    """Train, fine-tune with fake quantization, export and quantize; return logits of the same images."""
    torch.set_num_threads(1)

    def run(build, size, classes, steps=8, preset=PRESET):
        torch.manual_seed(0)
        images, labels = pictures(size)
        labels = labels % classes
        net = train(build(), images, labels, steps, 2e-3)
        method = QuantizationAware({"range_momentum": 0.2}, np.random.default_rng(0))
        prepared = train(method.prepare(net), images, labels, steps, 1e-4)
        evaluated = images[-200:]
        if preset["reduce_range"]:
            # Round the trained weights to 7 bits, a grid that training did not use.
            monkeypatch.setattr(fake_quantization, "WEIGHT_LIMIT", 64)
        with torch.no_grad():
            expected = prepared(float_inputs(evaluated)).numpy()
        ranges = [asdict(entry) for entry in method.ranges(prepared)]
        method.finish(net)
        net.eval()
        write(net, float_inputs(evaluated[:2]), tmp_path / "float32.onnx")
        exported = onnx.load(tmp_path / "float32.onnx")
        record = model_record(images, classes, ranges=match(exported, ranges))
        static.quantize(tmp_path / "float32.onnx", tmp_path / "static.onnx", preset, {INPUT: images[:5]}, record)
        return net, ranges, expected, predict(tmp_path / "static.onnx", evaluated, 64), tmp_path

    return run


def assert_exported_weights_equal(net, path):
    """Check that the exporter, which folds normalizations once more, leaves the trained convolutions unchanged."""
    model = onnx.load(path)
    stored = {item.name: numpy_helper.to_array(item) for item in model.graph.initializer}
    exported = [stored[node.input[1]] for node in model.graph.node if node.op_type == "Conv"]
    trained = [layer.weight.detach().numpy() for layer in net.modules() if isinstance(layer, nn.Conv2d)]
    for actual, expected in zip(exported, trained, strict=True):
        np.testing.assert_allclose(actual, expected, rtol=1e-6)


@pytest.mark.parametrize(
    ("build", "operators"),
    [
        (nin, "QLinearConv:9"),
        (residual, "QLinearAdd:3 QLinearConv:8"),
        (lambda: residual(pretrained=True), "QLinearAdd:3 QLinearConv:8"),
        (dense, "QLinearAveragePool:1 QLinearConcat:4 QLinearConv:10"),
    ],
    ids=["nin", "residual", "pretrained", "dense"],
)
def test_the_integer_model_equals_the_fake_quantized_model(tuned, build, operators):
    net, ranges, expected, actual, folder = tuned(build, 16, 5)
    # NiN's logits are float means of integers: the step is that of the integers.
    step = ranges[-1]["scale"]
    assert np.abs(actual - expected).max() <= 2.01 * step
    assert (np.abs(actual - expected) < step / 2).mean() > 0.8
    assert (actual.argmax(axis=1) == expected.argmax(axis=1)).mean() > 0.98
    result = coverage(folder / "static.onnx")
    assert (result.quantized_weight_share, result.integer_compute_share) == (1, 1)
    assert operators in result.operators
    assert_exported_weights_equal(net, folder / "float32.onnx")
    # The float model differs from the integer model.
    with torch.no_grad():
        assert np.abs(net(float_inputs(pictures(16)[0][-200:])).numpy() - actual).max() > step / 4


def test_the_integer_resnet20_predicts_the_same_classes(tuned):
    _, ranges, expected, actual, folder = tuned(resnet20, 32, 10, steps=6)
    assert len(ranges) == 33
    assert np.abs(actual - expected).max() <= 4.01 * ranges[-1]["scale"]
    assert (actual.argmax(axis=1) == expected.argmax(axis=1)).mean() > 0.97
    assert coverage(folder / "static.onnx").integer_compute_share == 1


@pytest.mark.parametrize("build", [nin, residual])
def test_seven_bit_presets_use_the_learned_activation_ranges(tuned, build):
    """The portable model equals the fake-quantized model with 7-bit weights; with calibrated ranges it would differ."""
    _, ranges, expected, actual, folder = tuned(build, 16, 5, preset=PORTABLE)
    step = ranges[-1]["scale"]
    assert np.abs(actual - expected).max() <= 2.01 * step
    assert (np.abs(actual - expected) < step / 2).mean() > 0.8
    result = coverage(folder / "static.onnx")
    assert (result.integer_compute_share, result.saturates_without_vnni) == (1, False)


@pytest.mark.parametrize("build", [nin, residual, dense])
def test_folding_preserves_the_logits(build):
    torch.manual_seed(0)
    images, labels = pictures(16)
    net = train(build(), images, labels % 5, 4, 2e-3)
    names = list(net.state_dict())
    with torch.no_grad():
        before = net(float_inputs(images[:20]))
        integer_graph(net, 0.1)
        after = net(float_inputs(images[:20]))
    torch.testing.assert_close(after, before, rtol=1e-4, atol=1e-5)
    assert list(net.state_dict()) == names
    folded = [
        layer
        for layer in net.modules()
        if isinstance(layer, nn.BatchNorm2d) and float(layer.running_mean.abs().sum()) == 0
    ]
    assert len(folded) == {nin: 9, residual: 8, dense: 5}[build]
    assert all(bool((layer.weight == 1).all()) for layer in folded)


def test_unfolded_normalizations_keep_their_statistics():
    torch.manual_seed(0)
    images, labels = pictures(16)
    net = train(dense(), images, labels % 5, 4, 2e-3)
    prepared = integer_graph(net, 0.1)
    initial = {name: value.clone() for name, value in net.state_dict().items()}
    train(prepared, images, labels % 5, 2, 1e-3)
    for name, value in net.state_dict().items():
        if name.endswith(("running_mean", "running_var")):
            assert torch.equal(value, initial[name]), name
    assert not torch.equal(net.features.norm5.weight, initial["features.norm5.weight"])


def test_each_tensor_is_rounded_once():
    prepared = integer_graph(residual().eval(), 0.1)
    kinds = [module.operator for module in learned_ranges(prepared)]
    block, shortcut = ["Conv", "Conv", "Add"], ["Conv", "Conv", "Conv", "Add"]
    assert kinds == ["Input", "Conv", *block, *block, *shortcut, "Gemm input", "Gemm"]
    kinds = [module.operator for module in learned_ranges(integer_graph(dense().eval(), 0.1))]
    # The first layer concatenates a single tensor, which needs no operator.
    first, layer = ["Conv input", "Conv", "Conv"], ["Concat", "Conv input", "Conv", "Conv"]
    transition = ["Concat", "Conv input", "Conv"]
    assert kinds == ["Input", "Conv", *first, *layer, *transition, *first, *layer, "Concat", "Gemm input", "Gemm"]


class HandWritten(nn.Module):
    """Two convolutions and a dense layer with a hand-written forward pass."""

    def __init__(self, forward, **layers):
        super().__init__()
        self.written = forward
        self.one, self.two = nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(3, 4, 3, padding=1)
        self.last = nn.Linear(4 * 16 * 16, 5)
        self.shift = nn.Parameter(torch.ones(4, 1, 1))
        for name, layer in layers.items():
            setattr(self, name, layer)
        with torch.no_grad():
            self.two.weight.mul_(8)

    def forward(self, inputs):
        return self.written(self, inputs)


def branches(net, inputs):
    """Use the branch that is computed last first."""
    first, second = functional.gelu(net.one(inputs)), functional.gelu(net.two(inputs))
    return net.last(torch.flatten(second + first, 1))


def skipping(net, inputs):
    before = net.relu(net.norm(net.one(inputs)))
    return net.last((net.inner(before) + net.skip(before)).flatten(1))


HAND_WRITTEN = {
    "branches": lambda: HandWritten(branches),
    "skipping": lambda: HandWritten(
        skipping, norm=nn.BatchNorm2d(4), relu=nn.PReLU(), inner=nn.Conv2d(4, 4, 3, padding=1), skip=nn.Conv2d(4, 4, 1)
    ),
    "view": lambda: HandWritten(
        lambda net, inputs: net.last((values := net.two(inputs).relu()).view(values.size(0), -1))
    ),
    "reshape": lambda: HandWritten(lambda net, inputs: net.last(torch.reshape(net.two(inputs), (-1, 4 * 16 * 16)))),
    "dropout": lambda: HandWritten(
        lambda net, inputs: net.last(functional.dropout(torch.relu_(net.two(inputs)), 0.1, net.training).flatten(1))
    ),
    "weight_added": lambda: HandWritten(lambda net, inputs: net.last((net.two(inputs) + net.shift).flatten(1))),
    "dense_norm": lambda: nn.Sequential(
        nn.Flatten(), nn.Linear(3 * 16 * 16, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Linear(16, 5)
    ),
}


@pytest.mark.parametrize("name", HAND_WRITTEN)
def test_ranges_are_matched_to_the_right_tensors(tuned, name):
    """The integer model equals the fake-quantized model; if two tensors had swapped ranges, it would not."""
    _, ranges, expected, actual, _ = tuned(HAND_WRITTEN[name], 16, 5)
    step = ranges[-1]["scale"]
    assert np.abs(actual - expected).max() <= 3.01 * step


@pytest.mark.parametrize(
    ("forward", "problem"),
    [
        (lambda net, inputs: net.last((net.one(inputs) + net.one(inputs / 2)).flatten(1)), "uses twice"),
        (lambda net, inputs: net.last((net.one if inputs.sum() > 0 else net.two)(inputs).flatten(1)), "cannot trace"),
    ],
)
def test_unsupported_networks_are_refused_before_training(forward, problem):
    with pytest.raises(QuantshiftError, match=f"{problem}.*remove qat and continued from"):
        integer_graph(HandWritten(forward), 0.1)
