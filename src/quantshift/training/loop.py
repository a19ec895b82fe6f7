"""The training loop of all methods: Adam over epochs of batches, with progress reports."""

import time
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from quantshift.models.tensors import Loader
from quantshift.training.adam import Adam
from quantshift.training.answered import MEASURED
from quantshift.training.batches import Indexed, batches
from quantshift.training.method import Method
from quantshift.training.schedule import SCHEDULES

# Batch size for measuring accuracy; large pictures need much memory each.
BATCH = 100


class Report(Protocol):
    """Shows a line of progress."""

    def __call__(self, line: str) -> None:
        """Show `line`."""


@dataclass(frozen=True)
class Epoch:
    """The result of one epoch: mean loss, accuracy on the first validation inputs (0..1), and its seconds."""

    loss: float
    validation_accuracy: float
    seconds: float


def fit(
    model: nn.Module,
    method: Method,
    settings: dict[str, Any],
    train: tuple[Indexed, NDArray[np.int64]],
    validation: tuple[NDArray[Any], NDArray[np.int64]],
    generator: np.random.Generator,
    loader: Loader,
    report: Report,
) -> list[Epoch]:
    """Train `model` in place for all `epochs` and return them; the final weights are those of the last epoch.

    Args:
        model: the prepared model, on the loader's device.
        method: computes the loss.
        settings: epochs, batch_size, learning_rate and schedule.
        train: stored inputs [n, ...] and labels [n].
        validation: the same for validation; the first inputs measure progress, and nothing is selected by them.
        generator: orders the batches.
        loader: converts stored inputs to tensors.
        report: called with a line of progress now and then.

    Raises:
        FloatingPointError: the loss is no longer finite.
    """
    epochs, size = settings["epochs"], settings["batch_size"]
    steps = max(1, len(train[1]) // size) * epochs
    optimizer = Adam(model.parameters())
    shape = SCHEDULES[settings["schedule"]]
    measured = validation[0][:MEASURED], validation[1][:MEASURED]
    started = shown = time.monotonic()
    history = []
    step = 0
    for epoch in range(1, epochs + 1):
        began = time.monotonic()
        losses = []
        model.train()
        for inputs, labels in batches(*train, size, generator, loader):
            model.zero_grad()
            loss = method.loss(model, inputs, labels, step / steps)
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step(settings["learning_rate"] * shape(step / steps))
            losses.append(loss.detach())
            step += 1
            now = time.monotonic()
            if now - shown > 10:
                shown = now
                left = (now - started) / step * (steps - step)
                report(f"epoch {epoch}/{epochs}, loss {float(losses[-1]):.4f}, about {left:.0f} s left")
        mean = float(torch.stack(losses).mean())
        if not np.isfinite(mean):
            raise FloatingPointError(f"the loss is {mean} in epoch {epoch}")
        history.append(Epoch(mean, accuracy(model, *measured, loader), time.monotonic() - began))
        report(f"epoch {epoch}/{epochs}, loss {mean:.4f}, validation accuracy {history[-1].validation_accuracy:.4f}")
    return history


@torch.no_grad()
def accuracy(model: nn.Module, inputs: NDArray[Any], labels: NDArray[np.int64], loader: Loader) -> float:
    """Return the accuracy on stored inputs [n, ...] with labels [n]."""
    model.eval()
    right = 0
    for start in range(0, len(labels), BATCH):
        predicted = model(loader(inputs[start : start + BATCH])).argmax(dim=1).cpu().numpy()
        right += int((predicted == labels[start : start + BATCH]).sum())
    return right / len(labels)
