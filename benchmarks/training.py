"""Measure the images per second of trainings, and compare them in turns with a plain loop of PyTorch.

The images are random, in the shapes of MNIST and CIFAR-10 (three channels, 32 x 32), and so are the labels, which
changes what is learned but not how long it takes. Both loops train the same first weights on the same batches by
standard training at batch 128, the plain one as PyTorch's tutorials have it: each batch is converted and copied to the
device, the optimizer is torch's fused Adam, and the loss is read after each step. Speeds are those of the second epoch,
since in the first one libraries allocate workspaces, and CUDA graphs are captured. On a CPU, losses and weights must be
equal, and the ratio is that of CPU seconds, because other work on the machine changes wall time.
"""

import argparse
import itertools
import statistics
import time
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from quantshift.core.dataset_facts import facts_of
from quantshift.models.network import build
from quantshift.models.tensors import Loader
from quantshift.study import feeding
from quantshift.training.device import PRECISIONS, choose, compute_in, repeatable
from quantshift.training.loop import fit
from quantshift.training.method_for import method_for
from quantshift.training.schedule import cosine


@dataclass(frozen=True)
class Case:
    """A training to measure.

    Attributes:
        dataset: data set whose shape the images have.
        options: the architecture's options.
        reach: images per second that an H100 should reach.
        steps: steps per epoch on a CPU, which take about a second.
    """

    dataset: str
    options: dict[str, float]
    reach: int
    steps: int


CASES = {
    "lenet5": Case("mnist", {}, 300_000, 40),
    "nin": Case("cifar10", {"width": 1.0}, 40_000, 1),
    "resnet20": Case("cifar10", {}, 60_000, 4),
}
BATCH, RATE = 128, 1e-3
STEPS_GPU = 390  # an epoch of CIFAR-10
EPOCHS = 2
LAYOUTS = {"contiguous": torch.contiguous_format, "channels_last": torch.channels_last}


@dataclass(frozen=True)
class Trained:
    """What a loop makes.

    Attributes:
        seconds: wall time of the last epoch.
        cpu_seconds: CPU time of all epochs.
        losses: mean loss of each epoch.
        weights: the weights after the last epoch.
    """

    seconds: float
    cpu_seconds: float
    losses: list[float]
    weights: dict[str, Tensor]


@dataclass(frozen=True)
class Training:
    """A training that both loops run.

    Attributes:
        architecture: name of the architecture.
        case: what is measured.
        steps: steps per epoch.
        device: where the model is.
        precision: float32, tf32 or bfloat16.
        layout: memory format of images and weights, or None for the one that trainings use.
    """

    architecture: str
    case: Case
    steps: int
    device: torch.device
    precision: str
    layout: torch.memory_format | None

    def data(self) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """Return images and labels."""
        random, count = np.random.default_rng(0), self.steps * BATCH
        shape = facts_of(self.case.dataset).shape
        return random.integers(0, 256, (count, *shape), dtype=np.uint8), random.integers(0, 10, count)

    def ours(self) -> Trained:
        """Train with this project's loop."""
        images, labels = self.data()
        settings = {"epochs": EPOCHS, "batch_size": BATCH, "learning_rate": RATE, "schedule": "cosine"}
        method = method_for("standard", self.case.dataset, settings, np.random.default_rng(0))
        autocast, usual = compute_in(self.precision, method.lowest_precision, self.device)
        layout = self.layout or usual
        net = self.network(layout)
        loader = Loader(feeding(self.case.dataset), self.device, layout)
        # One image, so that measuring the accuracy does not count.
        validation = images[:1], labels[:1]
        order, began = np.random.default_rng(1), time.process_time()
        epochs = fit(
            net,
            method,
            settings,
            (images, labels),
            validation,
            order,
            loader,
            lambda line: None,
            autocast,
            capturable=True,
        )
        spent = time.process_time() - began
        return Trained(epochs[-1].seconds, spent, [epoch.loss for epoch in epochs], net.state_dict())

    def plain(self) -> Trained:
        """Train with a plain loop."""
        images, labels = self.data()
        autocast, usual = compute_in(self.precision, PRECISIONS[-1], self.device)
        layout = self.layout or usual
        net = self.network(layout)
        optimizer = torch.optim.Adam(net.parameters(), lr=RATE, fused=True)
        order, started, means = np.random.default_rng(1), time.process_time(), []
        net.train()
        for epoch in range(EPOCHS):
            began, losses = time.monotonic(), []
            shuffled = order.permutation(len(labels))
            for number in range(self.steps):
                chosen = shuffled[number * BATCH : (number + 1) * BATCH]
                inputs = torch.from_numpy(images[chosen]).to(self.device).float() * (1 / 255)
                targets = torch.from_numpy(labels[chosen]).to(self.device)
                optimizer.param_groups[0]["lr"] = RATE * cosine((epoch * self.steps + number) / (EPOCHS * self.steps))
                optimizer.zero_grad()
                with autocast():
                    loss = functional.cross_entropy(net(inputs.contiguous(memory_format=layout)), targets)
                loss.backward()  # type: ignore[no-untyped-call]
                optimizer.step()
                losses.append(loss.item())
            means.append(float(torch.tensor(losses).mean()))
        return Trained(time.monotonic() - began, time.process_time() - started, means, net.state_dict())

    def network(self, layout: torch.memory_format) -> nn.Module:
        """Return the untrained network."""
        net = build(self.architecture, self.case.dataset, ("benchmark",), self.case.options)
        placed: nn.Module = net.to(self.device).to(memory_format=layout)  # type: ignore[call-overload]
        return placed


def main() -> None:
    """Print one row per architecture."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--architectures", nargs="+", choices=CASES, default=list(CASES))
    arguments.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    arguments.add_argument("--precision", choices=PRECISIONS, default=PRECISIONS[0])
    arguments.add_argument("--layout", choices=LAYOUTS, help="memory format (default: that of trainings)")
    arguments.add_argument("--threads", type=int, default=1, help="of a CPU (default: 1)")
    arguments.add_argument(
        "--steps", type=int, help="steps per epoch (default: an epoch of CIFAR-10 on a GPU, a second on a CPU)"
    )
    arguments.add_argument("--rounds", type=int, default=3, help="turns of the two loops (default: 3)")
    options = arguments.parse_args()
    repeatable(options.threads)
    device = choose(options.device)
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else f"CPU, {options.threads} threads"
    print(f"{name}, {options.precision}, torch {torch.__version__}, batch {BATCH}\n")
    print("| architecture | images/s | reach on an H100 | plain loop | / plain loop | losses and weights |")
    print("|---|---|---|---|---|---|")
    for architecture in options.architectures:
        case = CASES[architecture]
        steps = options.steps or (STEPS_GPU if device.type == "cuda" else case.steps)
        layout = LAYOUTS.get(options.layout)
        training = Training(architecture, case, steps, device, options.precision, layout)
        print(row(training, options.rounds), flush=True)


def row(training: Training, rounds: int) -> str:
    """Return one row of the table: medians over rounds in which the two loops take turns."""
    ours: list[Trained] = []
    plain: list[Trained] = []
    for turn in range(rounds):
        loops = [(ours, training.ours), (plain, training.plain)]
        for trained, train in loops if turn % 2 == 0 else reversed(loops):
            trained.append(train())
    mine, other = (training.steps * BATCH / statistics.median(one.seconds for one in many) for many in (ours, plain))
    cpu = training.device.type == "cpu"
    ratio = statistics.median(
        second.cpu_seconds / first.cpu_seconds if cpu else second.seconds / first.seconds
        for first, second in zip(ours, plain, strict=True)
    )
    return (
        f"| {training.architecture} | {mine:,.0f} | {training.case.reach:,} | {other:,.0f} | {ratio:.2f} "
        f"| {difference(ours, plain)} |"
    )


def difference(ours: list[Trained], plain: list[Trained]) -> str:
    """Return whether all trainings of both loops ended alike, or by how much their losses differ."""
    expected = plain[0]
    if any(one.losses != ours[0].losses for one in ours) or any(one.losses != expected.losses for one in plain):
        return "not repeatable"
    same = all(torch.equal(ours[0].weights[name], expected.weights[name]) for name in expected.weights)
    if same and ours[0].losses == expected.losses:
        return "equal"
    pairs = itertools.zip_longest(ours[0].losses, expected.losses)
    return f"losses differ by {max(abs(first / second - 1) for first, second in pairs):.1e}"


if __name__ == "__main__":
    main()
