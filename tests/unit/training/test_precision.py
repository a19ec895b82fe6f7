"""The precision that a training computes in, on a CPU."""

from contextlib import nullcontext

import numpy as np
import pytest
import torch
from tests.answers import IMAGES

from quantshift.models.network import build
from quantshift.training.device import compute_in
from quantshift.training.train import Run, optimise

CPU, GPU = torch.device("cpu"), torch.device("cuda")
SETTINGS = {"epochs": 2, "batch_size": 16, "learning_rate": 0.01, "schedule": "constant", "range_momentum": 0.1}


@pytest.fixture(autouse=True)
def default_precision():
    yield
    compute_in("float32", "bfloat16", CPU)


def trained(method: str, precision: str):
    """Return the first epoch's loss and the weights of LeNet-1."""
    random = np.random.default_rng(0)
    data = random.integers(0, 256, (48, 1, 28, 28), dtype=np.uint8), random.integers(0, 10, 48)
    net = build("lenet1", "mnist", ("precision",), {})
    run = Run("mnist", "lenet1", method, 0)
    record = optimise(
        net,
        run,
        settings=SETTINGS,
        feeding=IMAGES,
        device="cpu",
        precision=precision,
        train=data,
        validation=data,
        report=print,
    )
    return record["epochs"][0]["loss"], net.state_dict()


def test_bfloat16_changes_the_loss_a_little_and_leaves_weights_in_float32():
    (exact, _), (coarse, weights) = trained("standard", "float32"), trained("standard", "bfloat16")
    assert coarse != exact
    assert coarse == pytest.approx(exact, rel=0.02)
    assert {value.dtype for value in weights.values()} == {torch.float32}


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_each_precision_is_repeatable(precision):
    (first, one), (second, two) = trained("standard", precision), trained("standard", precision)
    assert first == second
    assert all(torch.equal(one[name], two[name]) for name in one)


@pytest.mark.parametrize(
    ("method", "precision"), [("standard", "tf32"), ("qat", "bfloat16"), ("continued", "bfloat16")]
)
def test_a_cpu_computes_in_float32_for_tf32_and_so_do_methods_with_int8_levels(method, precision):
    (exact, expected), (loss, weights) = trained(method, "float32"), trained(method, precision)
    assert loss == exact
    assert all(torch.equal(weights[name], expected[name]) for name in expected)


@pytest.mark.parametrize(
    ("precision", "lowest", "tf32", "layout"),
    [
        ("float32", "bfloat16", False, torch.contiguous_format),
        ("tf32", "bfloat16", True, torch.channels_last),
        ("bfloat16", "bfloat16", True, torch.channels_last),
        ("bfloat16", "tf32", True, torch.channels_last),
    ],
)
def test_a_gpu_uses_tensor_cores_unless_the_precision_is_float32(precision, lowest, tf32, layout):
    autocast, chosen = compute_in(precision, lowest, GPU)
    assert chosen == layout
    assert torch.backends.cuda.matmul.allow_tf32 == torch.backends.cudnn.allow_tf32 == tf32
    assert (autocast is nullcontext) == (precision != "bfloat16" or lowest == "tf32")
