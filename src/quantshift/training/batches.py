"""Batches of training inputs."""

from collections.abc import Iterator
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from quantshift.models.tensors import Loader


class Indexed(Protocol):
    """Stored inputs [n, ...] that are read when indexed: an array, or several arrays in sequence."""

    def __getitem__(self, index: Any, /) -> NDArray[Any]:
        """Return the inputs at `index`, an array of integers."""


def batches(
    inputs: Indexed, labels: NDArray[np.int64], size: int, generator: np.random.Generator, loader: Loader
) -> Iterator[tuple[Tensor, Tensor]]:
    """Yield (inputs, labels) once over the data in an order drawn from `generator`; a shorter last batch is dropped.

    It is dropped because a batch of few inputs moves batch statistics and learned ranges; with fewer inputs than
    `size` there is one batch of all.
    """
    order = generator.permutation(len(labels))
    size = min(size, len(order))
    for start in range(0, len(order) - size + 1, size):
        chosen = order[start : start + size]
        yield loader(inputs[chosen]), torch.from_numpy(labels[chosen]).to(loader.device)
