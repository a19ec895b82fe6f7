"""Stored inputs as torch tensors, normalised as the exported model gets them."""

from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor

from quantshift.inputs import normalise


def tensor(inputs: NDArray[Any], device: torch.device) -> Tensor:
    """Return stored inputs [n, ...] as the float32 tensor that a model takes; images are laid out channels last."""
    values = torch.from_numpy(normalise(inputs)).to(device)
    return values.contiguous(memory_format=torch.channels_last) if values.ndim == 4 else values
