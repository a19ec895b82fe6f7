"""Export and learned ranges, with torch and onnxruntime."""

import copy
import json
from dataclasses import asdict

import numpy as np
import onnx
import pytest
import torch
from onnx import numpy_helper
from tests.answers import IMAGES, predict
from tests.outcomes import outcome_in
from torch import nn

from quantshift.core.errors import QuantshiftError
from quantshift.core.model_id import ModelId
from quantshift.export.export import export
from quantshift.export.graph import fill
from quantshift.export.parity import parity
from quantshift.export.ranges import match
from quantshift.export.trace import trace, trace_network, write
from quantshift.inspection.saturation import cpu_saturates
from quantshift.models.network import build
from quantshift.models.weights import save, weights_of
from quantshift.quantizers.quantize import quantize
from quantshift.shifts.digits import digits
from quantshift.storage import archives
from quantshift.storage.arrays import write_array
from quantshift.training.methods.qat import QuantizationAware

STATIC = {
    "scheme": "static",
    "activation_type": "uint8",
    # Has the same grid and is exact on this CPU.
    "weight_type": "uint8" if cpu_saturates() else "int8",
    "per_channel": True,
    "reduce_range": False,
    "calibration_method": "minmax",
    "calibration_samples": 20,
}

ONE = torch.zeros(2, 1, 28, 28)


@pytest.fixture(scope="session")
def images():
    return digits.load()[0][:400, None]


@pytest.fixture
def exported(images, tmp_path):
    def run(net, architecture, ranges=(), tolerance=1e-4):
        outcome = outcome_in(tmp_path)
        outcome.write(net, images[:200], IMAGES, {"ranges": list(ranges)})
        write_array(tmp_path / "inputs.npy", images)
        trace(dataset="mnist", architecture=architecture, options={}, feeding=IMAGES, path=tmp_path / "graph.onnx")
        export(
            graph=tmp_path / "graph.onnx",
            **asdict(outcome),
            inputs=tmp_path / "inputs.npy",
            feeding=IMAGES,
            parity_inputs=100,
            parity_tolerance=tolerance,
            model=tmp_path / "float32.onnx",
            model_record=tmp_path / "model.json",
            model_id=ModelId("mnist", architecture, "standard", 0),
        )
        return tmp_path

    return run


@pytest.mark.parametrize("architecture", ["lenet1", "lenet5"])
def test_the_exported_model_is_the_trained_one(exported, images, architecture):
    net = build(architecture, "mnist", ("export", architecture), {}).eval()
    folder = exported(net, architecture)
    record = json.loads((folder / "model.json").read_text(encoding="utf-8"))["parity"]
    assert record["inputs"] == 100
    assert record["max_difference"] < 1e-5
    assert record["argmax_equal"] == 1
    with torch.no_grad():
        expected = net(torch.from_numpy(images.astype(np.float32) / 255)).numpy()
    for batch_size in (1, 2, 7, 400):
        np.testing.assert_allclose(predict(folder / "float32.onnx", images, batch_size), expected, atol=1e-5)


def test_the_file_names_no_source_file(exported):
    """The exporter records the source line of each operator, so the bytes would depend on the project's folder."""
    content = (exported(build("lenet1", "mnist", ("export",), {}), "lenet1") / "float32.onnx").read_bytes()
    for note in (b".py", b"site-packages", b"stack_trace"):
        assert note not in content


def test_a_difference_over_the_tolerance_stops_the_job(exported, tmp_path):
    net = build("lenet1", "mnist", ("export",), {})
    with pytest.raises(QuantshiftError, match=r"differs from torch by .* in a logit"):
        exported(net, "lenet1", tolerance=1e-12)
    assert not (tmp_path / "float32.onnx").exists()
    assert not (tmp_path / "model.json").exists()


def test_ranges_of_other_operators_are_rejected(exported):
    ranges = [{"operator": name, "scale": 0.1, "zero_point": 0} for name in ("Input", "Conv", "Gemm")]
    with pytest.raises(QuantshiftError, match="the learned ranges are those of"):
        exported(build("lenet1", "mnist", ("export",), {}), "lenet1", ranges)


def test_a_relu_shares_the_range_of_its_input(exported):
    folder = exported(build("lenet1", "mnist", ("export",), {}), "lenet1")
    model = onnx.load(folder / "float32.onnx")
    operators = ("Input", "Conv", "Conv", "Gemm")
    ranges = [{"operator": name, "scale": 0.1 * (k + 1), "zero_point": k} for k, name in enumerate(operators)]
    matched = match(model, ranges)
    for node in model.graph.node:
        if node.op_type == "Relu":
            assert matched[node.output[0]] == matched[node.input[0]]
    assert matched["logits"]["zero_point"] == 3
    assert len(matched) == 6


@pytest.mark.parametrize("architecture", ["lenet1", "lenet5"])
def test_the_integer_model_is_the_fake_quantized_one(exported, images, architecture):
    torch.manual_seed(0)
    net = build(architecture, "mnist", ("qat", architecture), {})
    method = QuantizationAware({"range_momentum": 0.2}, np.random.default_rng(0))
    prepared = method.prepare(net)
    batch = torch.from_numpy(images.astype(np.float32) / 255)
    prepared.train()
    with torch.no_grad():
        for _ in range(3):
            prepared(batch)
    prepared.eval()
    with torch.no_grad():
        expected = prepared(batch).numpy()
    ranges = [
        {"operator": learned.operator, "scale": learned.scale, "zero_point": learned.zero_point}
        for learned in method.ranges(prepared)
    ]
    method.finish(net)
    folder = exported(net, architecture, ranges)
    quantize(
        preset=STATIC,
        source=folder / "float32.onnx",
        calibration=folder / "inputs.npy",
        record=folder / "model.json",
        model=folder / "static.onnx",
    )
    actual = predict(folder / "static.onnx", images, 64)
    step = ranges[-1]["scale"]
    assert np.abs(actual - expected).max() <= 2.01 * step
    assert (np.abs(actual - expected) < step / 2).mean() > 0.95
    # Classes may differ only where the lead of the largest logit is within the rounding error.
    differing = actual.argmax(axis=1) != expected.argmax(axis=1)
    lead = np.sort(expected, axis=1)[:, -1] - np.sort(expected, axis=1)[:, -2]
    assert (lead[differing] <= 2.01 * step).all()
    assert differing.mean() < 0.02
    # The file holds the learned grids.
    stored = {item.name: numpy_helper.to_array(item) for item in onnx.load(folder / "static.onnx").graph.initializer}
    assert stored["logits_scale"] == np.float32(step)
    assert stored["input_scale"] == np.float32(ranges[0]["scale"])


def test_a_graph_of_another_network_is_rejected():
    net = build("lenet5", "mnist", ("export",), {})
    with pytest.raises(QuantshiftError, match="the traced graph has another weight"):
        fill(trace_network(build("lenet1", "mnist", ("export",), {}), ONE), weights_of(net), (1, 28, 28))


def test_one_traced_graph_serves_all_trainings(tmp_path, images):
    """A traced graph, filled with a model's weights, equals the traced graph of that model."""
    nets = [build("lenet5", "mnist", ("export", k), {}) for k in range(2)]
    network = trace_network(nets[0], ONE)
    for net in nets:
        onnx.save(fill(copy.deepcopy(network), weights_of(net), (1, 28, 28)), tmp_path / "filled.onnx")
        write(net, ONE, tmp_path / "own.onnx")
        shared, own = (predict(tmp_path / f"{name}.onnx", images, 64) for name in ("filled", "own"))
        np.testing.assert_array_equal(shared, own)


class Scaled(nn.Module):
    """A network with a scalar weight, a transposed weight, a weight with two names, and an unused buffer."""

    def __init__(self):
        super().__init__()
        self.factor = nn.Parameter(torch.tensor(2.0))
        self.transposed = nn.Parameter(torch.randn(20, 784) / 28)
        self.first, self.second = nn.Linear(20, 20), nn.Linear(20, 20)
        self.second.weight = self.first.weight
        self.last = nn.Linear(20, 10)
        self.register_buffer("unused", torch.ones(3))

    def forward(self, inputs):
        return self.last(self.second(self.first(inputs.flatten(1) @ self.transposed.T))) * self.factor


LAYERS = {
    "batch_norm": (nn.BatchNorm2d, 4),
    "group_norm": (nn.GroupNorm, 2, 4),
    "prelu": (nn.PReLU,),
    "instance_norm": (nn.InstanceNorm2d, 4, 1e-5, 0.1, True),
}


@pytest.mark.parametrize("name", ["scaled", *LAYERS])
def test_a_traced_graph_accepts_other_weights(name, images, tmp_path):
    torch.manual_seed(0)
    if name == "scaled":
        net = Scaled()
    else:
        kind, *options = LAYERS[name]
        net = nn.Sequential(nn.Conv2d(1, 4, 3), kind(*options), nn.Flatten(), nn.Linear(4 * 26 * 26, 10))
    network = trace_network(net, ONE)
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.mul_(0.9).add_(0.01)
        expected = net(torch.from_numpy(images.astype(np.float32) / 255)).numpy()
    save(net, tmp_path / "weights.npz")
    onnx.save(fill(network, archives.read_all(tmp_path / "weights.npz"), (1, 28, 28)), tmp_path / "filled.onnx")
    np.testing.assert_allclose(predict(tmp_path / "filled.onnx", images, 64), expected, atol=1e-4)


def test_large_logits_may_differ_by_more():
    logits = np.array([[1.0, -20.0], [3.0, 2.0]], dtype=np.float32)
    for scale, accepted in ((1.0, True), (1.5, False)):
        result = parity(logits, logits + np.float32(1e-4 * 20 * 0.9 * scale))
        assert result.within(1e-4) is accepted
    small = logits / 100
    assert not parity(small, small + np.float32(1.1e-4)).within(1e-4)
    assert parity(small, small + np.float32(0.9e-4)).within(1e-4)
    assert not parity(logits, logits * np.float32(np.nan)).within(1e-4)
