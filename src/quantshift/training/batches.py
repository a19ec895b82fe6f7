"""Batches of training inputs: selected by the host, and read by the step of the training.

Both kinds select the same inputs, in an order that the host draws. They read them from tensors at fixed addresses, as
a CUDA graph needs it.
"""

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from quantshift.models.tensors import Loader
from quantshift.training.uploads import Upload

# Bytes of inputs that are read and copied to the device at a time.
PART = 64 << 20
GIGABYTE = 1e9


class Indexed(Protocol):
    """Stored inputs [n, ...] that are read when indexed: an array, or several arrays in sequence."""

    def __getitem__(self, index: Any, /) -> NDArray[Any]:
        """Return the inputs at `index`, an array of integers."""


class Batches(Protocol):
    """The training inputs in batches of one size.

    A shorter last batch is dropped, because a batch of few inputs moves batch statistics and learned ranges.

    Attributes:
        count: number of batches per epoch.
    """

    count: int

    def start(self, order: NDArray[np.int64]) -> None:
        """Start an epoch with the inputs in this order."""

    def select(self, number: int) -> None:
        """Make a batch of the epoch the current one; a CUDA device is not waited for."""

    def current(self) -> tuple[Tensor, Tensor]:
        """Return the model inputs [size, ...] and labels, int64 [size], of the current batch."""


class Streamed:
    """Batches that stay in the host's memory or files and are copied to the device one by one.

    Args:
        inputs: stored inputs [n, ...].
        labels: [n].
        size: inputs per batch; if there are fewer inputs, they are one batch.
        loader: converts stored inputs to model inputs on its device.
    """

    def __init__(self, inputs: Indexed, labels: NDArray[np.int64], size: int, loader: Loader) -> None:
        """Allocate the tensors of a batch."""
        self.inputs, self.labels, self.loader = inputs, labels, loader
        self.size = min(size, len(labels))
        self.count = len(labels) // self.size
        self.order = np.arange(len(labels))
        example = loader.stored(inputs[self.order[:1]])
        self.stored = Upload(torch.empty((self.size, *example.shape[1:]), dtype=example.dtype), loader.device)
        self.targets = Upload(torch.empty(self.size, dtype=torch.int64), loader.device)

    def start(self, order: NDArray[np.int64]) -> None:
        """Start an epoch with the inputs in this order."""
        self.order = order

    def select(self, number: int) -> None:
        """Copy a batch to the device."""
        chosen = self.order[number * self.size : (number + 1) * self.size]
        self.stored.fill(torch.from_numpy(self.inputs[chosen]))
        self.targets.fill(torch.from_numpy(self.labels[chosen]))

    def current(self) -> tuple[Tensor, Tensor]:
        """Return the model inputs and labels of the current batch."""
        return self.loader.feed(self.stored.target), self.targets.target


class Resident:
    """Batches of inputs that stay on the device, as they are stored.

    Args:
        inputs: stored inputs [n, ...].
        labels: [n].
        size: inputs per batch; if there are fewer inputs, they are one batch.
        loader: converts stored inputs to model inputs on its device.
    """

    def __init__(self, inputs: Indexed, labels: NDArray[np.int64], size: int, loader: Loader) -> None:
        """Copy all inputs and labels to the device."""
        self.loader = loader
        self.size = min(size, len(labels))
        self.count = len(labels) // self.size
        example = inputs[np.arange(1)]
        at_once = max(1, PART // example.nbytes)
        self.inputs = loader.stored(example).new_empty((len(labels), *example.shape[1:]))
        for start in range(0, len(labels), at_once):
            part = np.arange(start, min(start + at_once, len(labels)))
            self.inputs[start : start + at_once] = loader.stored(inputs[part])
        self.labels = torch.tensor(labels, device=loader.device)
        self.order = torch.arange(len(labels), device=loader.device)
        self.chosen = self.order[: self.size].clone()

    def start(self, order: NDArray[np.int64]) -> None:
        """Start an epoch with the inputs in this order, which is copied to the device once."""
        self.order.copy_(torch.from_numpy(order))

    def select(self, number: int) -> None:
        """Copy the indices of a batch, on the device."""
        self.chosen.copy_(self.order[number * self.size : (number + 1) * self.size])

    def current(self) -> tuple[Tensor, Tensor]:
        """Return the model inputs and labels of the current batch."""
        return self.loader.feed(self.inputs.index_select(0, self.chosen)), self.labels.index_select(0, self.chosen)


def batches(
    inputs: Indexed, labels: NDArray[np.int64], size: int, loader: Loader, report: Callable[[str], None]
) -> Batches:
    """Return the batches of a training: on a CUDA device if the inputs fit into half of its free memory.

    Args:
        inputs: stored inputs [n, ...].
        labels: [n].
        size: inputs per batch.
        loader: converts stored inputs to model inputs on its device.
        report: called with a line if the inputs do not fit.
    """
    if loader.device.type == "cpu":
        return Streamed(inputs, labels, size, loader)
    needed = len(labels) * inputs[np.arange(1)].nbytes
    free, _ = torch.cuda.mem_get_info(loader.device)
    if needed <= free / 2:
        return Resident(inputs, labels, size, loader)
    report(
        f"the training inputs take {needed / GIGABYTE:.1f} GB, more than half of the GPU's free memory "
        f"({free / GIGABYTE:.1f} GB): each batch is copied from the host"
    )
    return Streamed(inputs, labels, size, loader)
