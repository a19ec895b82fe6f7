"""Coverage of small convolutional networks, counted by hand."""

import re
import subprocess
import sys

import numpy as np
import onnx
import pytest
import torch
from onnx import numpy_helper
from onnxruntime.quantization import quantize_dynamic
from tests import given_models as models
from tests.answers import model_record
from torch import nn

from quantshift.core import members
from quantshift.export.signature import INPUT
from quantshift.export.trace import write
from quantshift.inspection.coverage import coverage
from quantshift.inspection.operators import INTEGER_OPERATORS
from quantshift.models.given.file_size import file_bytes
from quantshift.models.imagenet import Standardization
from quantshift.runtime.session import session

FULL_DISK = """
import resource, sys
from pathlib import Path
from quantshift.core.errors import QuantshiftError
from quantshift.inspection.coverage import coverage
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    coverage(Path(sys.argv[1]))
except QuantshiftError as error:
    print(error)
"""
IMAGES = np.random.default_rng(0).integers(0, 256, (10, 3, 8, 8), dtype=np.uint8)
# Numbers of channels that float convolutions pad to multiples of 8 or 16.
FIRST, SECOND, SHORTCUT, DENSE = 3 * 20 * 9, 20 * 12 * 9, 3 * 12, 12 * 5
TOTAL = FIRST + SECOND + SHORTCUT + DENSE


class Residual(nn.Module):
    def __init__(self, standardized=False):
        super().__init__()
        self.standardization = Standardization() if standardized else nn.Identity()
        self.first = nn.Conv2d(3, 20, 3, padding=1)
        self.second = nn.Conv2d(20, 12, 3, padding=1)
        self.shortcut = nn.Conv2d(3, 12, 1)
        self.dense = nn.Linear(12, 5)

    def forward(self, images):
        images = self.standardization(images)
        inner = self.second(torch.relu(self.first(images)))
        return self.dense(torch.relu(inner + self.shortcut(images)).mean((2, 3)))


class Dense(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 20, 3, padding=1)
        self.second = nn.Conv2d(20, 12, 3, padding=1)
        self.normalization = nn.BatchNorm2d(32)
        self.last = nn.Conv2d(32, 5, 1)

    def forward(self, images):
        first = torch.relu(self.first(images))
        both = torch.cat([first, self.second(first)], dim=1)
        return self.last(torch.relu(self.normalization(both))).mean((2, 3))


# A dense layer, followed by one in each branch of an If; one branch uses a weight of the outer graph.
BRANCHES = """
<ir_version: 9, opset_import: ["" : 17]>
branches (float[n, 8] input, bool which) => (float[n, 4] logits)
{
    hidden = Gemm(input, first)
    logits = If(which) <
        then_branch = yes () => (float[n, 4] yes_logits) { yes_logits = Gemm(hidden, inner) },
        else_branch = no () => (float[n, 4] no_logits) { no_logits = Gemm(hidden, outer) }
    >
}
"""


@pytest.fixture
def branches(tmp_path):
    """Return the file of a model with an If."""
    model = onnx.parser.parse_model(BRANCHES)
    random = np.random.default_rng(0)
    condition = next(node for node in model.graph.node if node.op_type == "If")
    (body,) = (attribute.g for attribute in condition.attribute if attribute.name == "then_branch")
    for graph, name, shape in (
        (model.graph, "first", (8, 6)),
        (model.graph, "outer", (6, 4)),
        (body, "inner", (6, 4)),
    ):
        graph.initializer.append(numpy_helper.from_array(random.normal(size=shape).astype(np.float32), name))
    onnx.save(model, tmp_path / "branches.onnx")
    return tmp_path / "branches.onnx"


@pytest.fixture
def covered(tmp_path):
    def run(net, scheme=None, **chosen):
        torch.manual_seed(0)
        source, target = tmp_path / "float32.onnx", tmp_path / "quantized.onnx"
        write(net, torch.from_numpy(IMAGES[:2] / np.float32(255)), source)
        if scheme is None:
            return coverage(source)
        options = members.constants(f"quantizers/schemes/{scheme}")["OPTIONS"]
        preset = {name: chosen.get(name, option["default"]) for name, option in options.items()}
        preset |= {"calibration_samples": 10}
        classes = session(source).get_outputs()[0].shape[1]
        members.load("quantizers/schemes", scheme).quantize(
            source, target, preset, {INPUT: IMAGES}, model_record(IMAGES, classes)
        )
        return coverage(target)

    return run


def shares(result):
    return result.weights, result.quantized_weight_share, result.integer_compute_share


def counts(result):
    return {name: int(number) for name, _, number in (entry.partition(":") for entry in result.operators.split())}


@pytest.mark.parametrize("standardized", [False, True])
def test_a_float_network_has_no_integers(covered, standardized):
    assert shares(covered(Residual(standardized))) == (TOTAL, 0, 0)


@pytest.mark.parametrize("standardized", [False, True])
def test_static_residual_networks_run_on_integers(covered, standardized):
    result = covered(Residual(standardized), "static")
    assert shares(result) == (TOTAL, 1, 1)
    operators = counts(result)
    assert (operators["QLinearConv"], operators["QLinearAdd"], operators["QGemm"]) == (3, 1, 1)
    assert operators["ReduceMean"] == 1  # stays float and has no weights
    assert "Conv" not in operators
    assert ("Sub" in operators) is standardized


def test_dynamic_residual_networks_multiply_integers_and_add_floats(covered):
    result = covered(Residual(), "dynamic")
    assert shares(result) == (TOTAL, 1, 1)
    assert counts(result)["ConvInteger"] == 3
    assert counts(result)["DynamicQuantizeMatMul"] == 1


@pytest.mark.parametrize(
    ("scheme", "options"), [("weight_only", {"bits": 8}), ("weight_only", {"bits": 4}), ("float16", {})]
)
def test_stored_integers_are_not_integer_compute(covered, scheme, options):
    assert shares(covered(Residual(standardized=True), scheme, **options)) == (TOTAL, 1, 0)


def test_operators_without_an_integer_kernel_count_as_float(covered):
    """16-bit activations do not change how the network is stored, but how it is computed."""
    result = covered(Residual(), "static", activation_type="uint16")
    assert shares(result) == (TOTAL, 1, 0)


def test_dense_networks_compute_their_normalization_in_float(covered):
    result = covered(Dense(), "static")
    assert shares(result) == (FIRST + SECOND + 32 * 5, 1, 1)
    operators = counts(result)
    assert (operators["QLinearConv"], operators["QLinearConcat"], operators["BatchNormalization"]) == (3, 1, 1)


def test_the_branches_of_an_if_are_counted(branches):
    result = coverage(branches)
    assert shares(result) == (8 * 6 + 2 * 6 * 4, 0, 0)
    assert counts(result)["Gemm"] + counts(result).get("FusedGemm", 0) == 3
    assert counts(result)["If"] == 1


def test_integers_in_the_branches_of_an_if_are_counted(branches, tmp_path):
    target = tmp_path / "quantized.onnx"
    quantize_dynamic(branches, target, extra_options={"EnableSubgraph": True})
    result = coverage(target)
    assert shares(result) == (8 * 6 + 2 * 6 * 4, 1, 1)
    assert sum(counts(result).get(name, 0) for name in INTEGER_OPERATORS) == 3


@pytest.mark.parametrize(
    ("bytes_left", "fault"),
    [(None, r"cannot be written to .*\(.*Protobuf serialization failed"), (500, "is not an ONNX model")],
)
def test_a_full_temporary_folder_is_not_reported_as_a_damaged_model(covered, tmp_path, bytes_left, fault):
    covered(Residual())
    model = tmp_path / "float32.onnx"
    model.write_bytes(model.read_bytes()[:bytes_left])
    process = subprocess.run([sys.executable, "-c", FULL_DISK, model], capture_output=True, text=True, check=True)
    assert str(model) in process.stdout
    assert re.search(fault, process.stdout)


def test_weights_in_constant_nodes_and_external_files_count(tmp_path):
    expected = 2 * 64 * 64 + 64 * 10 - 64 * 64  # the shared weight is stored once
    constants = models.shared(constants=True)
    plain = models.shared()
    for model in (constants, plain):
        for number, node in enumerate(model.graph.node):
            node.name = f"node_{number}"
    onnx.save(constants, tmp_path / "constants.onnx")
    onnx.save(plain, tmp_path / "plain.onnx")
    models.with_external_data(plain, tmp_path / "external.onnx")
    for name in ("constants", "plain", "external"):
        assert shares(coverage(tmp_path / f"{name}.onnx"))[:2] == (expected, 0), name


def test_the_size_includes_external_files(tmp_path):
    onnx.save(models.convolutional(), tmp_path / "plain.onnx")
    path = models.with_external_data(models.convolutional(), tmp_path / "external.onnx")
    assert file_bytes(tmp_path / "plain.onnx") == (tmp_path / "plain.onnx").stat().st_size
    assert file_bytes(path) == path.stat().st_size + (tmp_path / "weights.bin").stat().st_size
