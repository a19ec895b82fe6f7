"""Stored inputs as torch tensors, preprocessed as for the exported model."""

from dataclasses import dataclass
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor

from quantshift.core.signature import Feeding
from quantshift.data.preprocessing import prepare


@dataclass(frozen=True)
class Loader:
    """Converts stored inputs to model inputs on a device.

    Attributes:
        feeding: how the inputs are stored and fed.
        device: where the tensors are.
    """

    feeding: Feeding
    device: torch.device

    def __call__(self, inputs: NDArray[Any]) -> Tensor:
        """Return stored inputs [n, ...] as a tensor; images [n, channels, height, width] in channels-last layout.

        Raises:
            TypeError: the inputs are stored as another type.
        """
        ready = prepare(inputs, self.feeding.input("inputs", inputs.shape[1:]))
        # Inputs that are fed unchanged may be mapped from a file, and torch warns about read-only arrays.
        values = torch.from_numpy(ready if ready.flags.writeable else ready.copy()).to(self.device)
        return values.contiguous(memory_format=torch.channels_last) if values.ndim == 4 else values


def on_cpu(feeding: Feeding) -> Loader:
    """Return the loader for the CPU."""
    return Loader(feeding, torch.device("cpu"))
