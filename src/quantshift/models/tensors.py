"""Stored inputs as torch tensors, preprocessed as for the exported model."""

from dataclasses import dataclass
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor

from quantshift.core.signature import Feeding


@dataclass(frozen=True)
class Loader:
    """Converts stored inputs to model inputs on a device.

    Attributes:
        feeding: how the inputs are stored and fed.
        device: where the tensors are.
        layout: memory format of images.
    """

    feeding: Feeding
    device: torch.device
    layout: torch.memory_format = torch.channels_last

    def __call__(self, inputs: NDArray[Any]) -> Tensor:
        """Return stored inputs [n, ...] as a tensor; images [n, channels, height, width] in the loader's layout.

        Raises:
            TypeError: the inputs are stored as another type.
        """
        return self.feed(self.stored(inputs))

    def stored(self, inputs: NDArray[Any]) -> Tensor:
        """Return stored inputs [n, ...] on the device, of the type in which they are stored.

        Raises:
            TypeError: the inputs are stored as another type.
        """
        if inputs.dtype != self.feeding.stored:
            raise TypeError(f"inputs are stored as {self.feeding.stored}, but these inputs are {inputs.dtype}")
        # Inputs may be mapped from a file, and torch warns about read-only arrays.
        return torch.from_numpy(inputs if inputs.flags.writeable else inputs.copy()).to(self.device)

    def feed(self, stored: Tensor) -> Tensor:
        """Return what the model takes for stored inputs on the device, equal to `data.preprocessing.prepare`."""
        scale = self.feeding.scale
        values = stored if scale is None else stored.to(getattr(torch, self.feeding.fed)) * scale
        return values.contiguous(memory_format=self.layout) if values.ndim == 4 else values


def on_cpu(feeding: Feeding) -> Loader:
    """Return the loader for the CPU."""
    return Loader(feeding, torch.device("cpu"))
