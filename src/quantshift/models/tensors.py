"""Stored inputs as torch tensors, prepared as the exported model gets them."""

from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor

from quantshift.data.preprocessing import input_of, prepare


def tensor(inputs: NDArray[Any], device: torch.device) -> Tensor:
    """Return stored inputs [n, ...] as what a model takes: images as float32, channels last, and texts as int32."""
    ready = prepare(inputs, input_of("inputs", inputs))
    # Texts are passed on as they are, and torch warns of arrays that it must not write to.
    values = torch.from_numpy(ready if ready.flags.writeable else ready.copy()).to(device)
    return values.contiguous(memory_format=torch.channels_last) if values.ndim == 4 else values
