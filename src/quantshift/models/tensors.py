"""Stored inputs as torch tensors, preprocessed as for the exported model."""

from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor

from quantshift.data.preprocessing import input_of, prepare


def tensor(inputs: NDArray[Any], device: torch.device) -> Tensor:
    """Return stored inputs [n, ...] as model inputs: images as float32 in channels-last layout, texts as int32."""
    ready = prepare(inputs, input_of("inputs", inputs))
    # Texts are passed on unchanged, and torch warns about read-only arrays.
    values = torch.from_numpy(ready if ready.flags.writeable else ready.copy()).to(device)
    return values.contiguous(memory_format=torch.channels_last) if values.ndim == 4 else values
