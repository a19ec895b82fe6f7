"""Trainings on a CUDA device: captured steps compute what steps that are not captured compute."""

from contextlib import nullcontext
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from quantshift.core.signature import Feeding
from quantshift.models.network import build
from quantshift.models.tensors import Loader, on_cpu
from quantshift.training.adam import Adam
from quantshift.training.augmentation import Augmented, augmentation_for
from quantshift.training.batches import Batches, Resident, Streamed, batches
from quantshift.training.capture import Replayed, side_stream
from quantshift.training.device import compute_in, repeatable
from quantshift.training.method_for import method_for
from quantshift.training.methods.standard import Standard
from quantshift.training.step import Step
from quantshift.training.train import Run, optimise

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")

GPU = torch.device("cuda")
IMAGES, TEXTS = Feeding("uint8", "float32", 1 / 255), Feeding("int32", "int32", None)
COUNT, SIZE, EPOCHS = 200, 16, 2
METHODS: dict[str, dict[str, Any]] = {
    "standard": {},
    "continued": {},
    "qat": {"range_momentum": 0.1},
    "mixup": {"alpha": 0.2},
    "adversarial": {"epsilon": 0.1, "step_size": 0.05, "steps": 2, "warm_up": 0.5},
}
AUGMENTED = {"augmentation": {"crop_padding": 2, "horizontal_flip": True}}
TEXT_METHODS = METHODS | {"adversarial": {"attacked_share": 0.5, "substitutions": 3, "neighbours": 4, "warm_up": 0.5}}
NETWORKS: dict[str, tuple[str, dict[str, Any]]] = {
    "lenet5": ("mnist", {}),
    "nin": ("cifar10", {"width": 0.25}),
    "resnet20": ("cifar10", {}),
}


@pytest.fixture(autouse=True)
def settings():
    repeatable(1)
    yield
    torch.set_deterministic_debug_mode("default")
    compute_in("float32", "bfloat16", torch.device("cpu"))


def images(architecture: str) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(0)
    shape = (1, 28, 28) if architecture == "lenet5" else (3, 32, 32)
    return random.integers(0, 256, (COUNT, *shape), dtype=np.uint8), random.integers(0, 10, COUNT)


def losses(
    architecture: str,
    name: str,
    *,
    captured: bool,
    device: torch.device = GPU,
    kind: type[Resident] | type[Streamed] = Resident,
    precision: str = "float32",
    augmented: bool = False,
) -> tuple[list[float], dict[str, torch.Tensor]]:
    """Train by steps, and return the losses and the weights."""
    dataset, options = NETWORKS[architecture]
    method = method_for(name, dataset, METHODS[name], np.random.default_rng(1))
    autocast, layout = compute_in(precision, method.lowest_precision, device)
    net = build(architecture, dataset, ("cuda",), options).to(device).to(memory_format=layout)
    model = method.prepare(net).to(device)
    random, seen = np.random.default_rng(2), []
    model.train()
    with side_stream(device):
        data: Batches = kind(*images(architecture), SIZE, Loader(IMAGES, device, layout))
        if augmented:
            augmentation = augmentation_for(dataset, AUGMENTED, np.random.default_rng(3))
            assert augmentation is not None
            data = Augmented(data, augmentation, layout)
        step = Step(model, method, Adam(model.parameters()), data, autocast, fixed=device.type == "cuda")
        if captured:
            step.run = Replayed(step.compute, print)
        for epoch in range(EPOCHS):
            data.start(random.permutation(COUNT))
            for number in range(data.count):
                done = (data.count * epoch + number) / (data.count * EPOCHS)
                seen.append(step(number, done, 0.001).clone())
    if captured:
        assert isinstance(step.run, Replayed)
        assert step.run.graph is not None
    return [float(loss) for loss in seen], {name: value.cpu() for name, value in net.state_dict().items()}


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("architecture", NETWORKS)
def test_captured_steps_compute_the_same_to_the_last_bit_and_repeatably(architecture, name):
    (first, one), (second, two) = (losses(architecture, name, captured=True) for _ in range(2))
    eager, expected = losses(architecture, name, captured=False)
    assert first == second == eager
    assert all(torch.equal(one[name], expected[name]) and torch.equal(two[name], expected[name]) for name in expected)


@pytest.mark.parametrize("name", METHODS)
def test_augmented_inputs_are_captured_and_equal_those_of_a_cpu(name):
    captured, _ = losses("lenet5", name, captured=True, augmented=True)
    eager, _ = losses("lenet5", name, captured=False, augmented=True)
    cpu, _ = losses("lenet5", name, captured=False, augmented=True, device=torch.device("cpu"))
    assert captured == eager
    assert captured[:8] == pytest.approx(cpu[:8], rel=1e-3)
    assert captured != losses("lenet5", name, captured=True)[0]


@pytest.mark.parametrize("precision", ["tf32", "bfloat16"])
@pytest.mark.parametrize("name", METHODS)
def test_each_precision_is_captured_and_repeatable(name, precision):
    (first, one), (second, two) = (losses("resnet20", name, captured=True, precision=precision) for _ in range(2))
    assert first == second
    assert all(torch.equal(one[name], two[name]) for name in one)
    exact, _ = losses("resnet20", name, captured=True)
    assert first[0] == pytest.approx(exact[0], rel=0.05)


@pytest.mark.parametrize("name", METHODS)
def test_a_gpu_trains_on_the_batches_and_draws_of_a_cpu(name):
    """Dropout, which draws on the device, would differ, so that the network has none."""
    gpu, _ = losses("lenet5", name, captured=True)
    cpu, _ = losses("lenet5", name, captured=False, device=torch.device("cpu"))
    assert gpu[:8] == pytest.approx(cpu[:8], rel=1e-3)


@pytest.mark.parametrize("name", ["standard", "adversarial"])
def test_batches_from_pinned_memory_compute_the_same(name):
    streamed, resident = (losses("resnet20", name, captured=True, kind=kind) for kind in (Streamed, Resident))
    assert streamed[0] == resident[0]


def test_inputs_that_do_not_fit_are_streamed_with_a_line_in_the_log(monkeypatch):
    inputs, labels = images("resnet20")
    lines: list[str] = []
    loader = Loader(IMAGES, GPU)
    assert isinstance(batches(inputs, labels, SIZE, loader, lines.append), Resident)
    assert lines == []
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda _: (2 * inputs.nbytes - 2, 80 << 30))
    assert isinstance(batches(inputs, labels, SIZE, loader, lines.append), Streamed)
    assert len(lines) == 1
    assert "each batch is copied from the host" in lines[0]


class Waiting(nn.Module):
    """A network whose forward pass reads a value."""

    def __init__(self) -> None:
        super().__init__()
        self.dense = nn.Linear(28 * 28, 10)

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        return self.dense(values.flatten(1)) * (1.0 if float(values.sum()) > 0 else 0.0)


def test_a_step_that_waits_for_the_gpu_is_not_captured():
    lines: list[str] = []
    model = Waiting().to(GPU)
    method = Standard({}, np.random.default_rng(0))
    with side_stream(GPU):
        data = Resident(*images("lenet5"), SIZE, Loader(IMAGES, GPU))
        step = Step(model, method, Adam(model.parameters()), data, nullcontext, fixed=True)
        step.run = replayed = Replayed(step.compute, lines.append)
        seen = [float(step(number, 0.0, 0.01)) for number in range(8)]
    assert replayed.graph is None
    assert len(lines) == 1
    assert len(set(seen)) == 8


def record(architecture: str, dataset: str, name: str, own: dict[str, Any], data: Any) -> Any:
    """Train as a job does, and return the epochs without their durations, and the weights."""
    net = build(architecture, dataset, ("cuda",), {})
    made = optimise(
        net,
        Run(dataset, architecture, name, 0),
        settings={"epochs": 2, "batch_size": SIZE, "learning_rate": 0.001, "schedule": "cosine", **own},
        feeding=TEXTS if dataset == "imdb" else IMAGES,
        device="cuda",
        precision="float32",
        train=data,
        validation=data,
        report=print,
    )
    epochs = [(epoch["loss"], epoch["validation_accuracy"]) for epoch in made["epochs"]]
    return epochs, {key: value.cpu() for key, value in net.state_dict().items()}


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("dataset", ["mnist", "imdb"])
def test_trainings_are_repeatable(dataset, name):
    if dataset == "mnist":
        architecture, own, data = "lenet5", METHODS[name], images("lenet5")
    else:
        random = np.random.default_rng(0)
        data = random.integers(0, 500, (COUNT, 50), dtype=np.int32), random.integers(0, 2, COUNT)
        architecture, own = "lstm", TEXT_METHODS[name]
    (one, first), (two, second) = (record(architecture, dataset, name, own, data) for _ in range(2))
    assert one == two
    assert all(torch.equal(first[key], second[key]) for key in first)


def test_a_gpu_feeds_what_a_cpu_feeds():
    inputs, _ = images("resnet20")
    assert torch.equal(Loader(IMAGES, GPU)(inputs).cpu(), on_cpu(IMAGES)(inputs))
