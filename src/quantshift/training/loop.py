"""The training loop of all methods: Adam over epochs of batches, with progress reports."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from quantshift.models.tensors import Loader
from quantshift.training.adam import Adam
from quantshift.training.answered import MEASURED
from quantshift.training.augmentation import Augmentation, Augmented
from quantshift.training.batches import Indexed, Resident, batches
from quantshift.training.capture import Replayed, side_stream
from quantshift.training.measured import Measured
from quantshift.training.method import Method
from quantshift.training.schedule import SCHEDULES
from quantshift.training.step import Step


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
    autocast: Callable[[], AbstractContextManager[object]] = nullcontext,
    *,
    augmentation: Augmentation | None = None,
    capturable: bool = False,
) -> list[Epoch]:
    """Train `model` in place for all `epochs` and return them; the final weights are those of the last epoch.

    On a CUDA device the host only draws and launches: it waits for the device once per epoch.

    Args:
        model: the prepared model, on the loader's device.
        method: computes the loss.
        settings: epochs, batch_size, learning_rate and schedule.
        train: stored inputs [n, ...] and labels [n].
        validation: the same for validation; the first inputs measure progress, and nothing is selected by them.
        generator: orders the batches.
        loader: converts stored inputs to tensors.
        report: called with a line of progress now and then.
        autocast: makes the context in which the loss is computed.
        augmentation: changes the inputs of each batch, or None.
        capturable: whether a CUDA graph can replay the model, which makes no decision in Python for each batch.

    Raises:
        FloatingPointError: the loss is no longer finite.
    """
    with side_stream(loader.device):
        stored = batches(*train, settings["batch_size"], loader, report)
        measured = Measured(validation[0][:MEASURED], validation[1][:MEASURED], loader, isinstance(stored, Resident))
        data = Augmented(stored, augmentation, loader.layout) if augmentation else stored
        optimizer = Adam(model.parameters())
        fixed = loader.device.type == "cuda" and method.capturable and capturable
        step = Step(model, method, optimizer, data, autocast, fixed=fixed)
        if fixed:
            step.run = Replayed(step.compute, report)
        return epochs(step, settings, len(train[1]), generator, measured, report)


def epochs(
    step: Step,
    settings: dict[str, Any],
    inputs: int,
    generator: np.random.Generator,
    measured: Measured,
    report: Report,
) -> list[Epoch]:
    """Repeat `step` for all epochs and return them.

    Args:
        step: the step.
        settings: epochs, learning_rate and schedule.
        inputs: number of training inputs.
        generator: orders them.
        measured: measures the accuracy after each epoch.
        report: called with a line of progress now and then.

    Raises:
        FloatingPointError: the loss is no longer finite.
    """
    count, rate, shape = settings["epochs"], settings["learning_rate"], SCHEDULES[settings["schedule"]]
    steps = step.batches.count * count
    losses = torch.zeros(step.batches.count, device=step.like.device)
    started = shown = time.monotonic()
    history = []
    done = 0
    for epoch in range(1, count + 1):
        began = time.monotonic()
        step.model.train()
        step.batches.start(generator.permutation(inputs))
        for number in range(step.batches.count):
            losses[number].copy_(step(number, done / steps, rate * shape(done / steps)))
            done += 1
            now = time.monotonic()
            if now - shown > 10:
                shown = now
                left = (now - started) / done * (steps - done)
                report(f"epoch {epoch}/{count}, loss {float(losses[number]):.4f}, about {left:.0f} s left")
        mean = float(losses.mean())
        if not np.isfinite(mean):
            raise FloatingPointError(f"the loss is {mean} in epoch {epoch}")
        history.append(Epoch(mean, measured.accuracy(step.model), time.monotonic() - began))
        report(f"epoch {epoch}/{count}, loss {mean:.4f}, validation accuracy {history[-1].validation_accuracy:.4f}")
    return history
