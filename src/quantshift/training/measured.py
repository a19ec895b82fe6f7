"""The accuracy on validation inputs, which shows the progress of a training."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from quantshift.models.tensors import Loader

# Batch size; large pictures need much memory each.
BATCH = 100


class Measured:
    """Validation inputs on which the accuracy of a model is measured again and again.

    Args:
        inputs: stored inputs [n, ...].
        labels: [n].
        loader: converts stored inputs to model inputs on its device.
        resident: whether they stay on the device.
    """

    def __init__(self, inputs: NDArray[Any], labels: NDArray[np.int64], loader: Loader, resident: bool) -> None:
        """Store the inputs in batches."""
        self.loader = loader
        self.count = len(labels)
        self.labels = torch.split(torch.tensor(labels, device=loader.device), BATCH)
        parts = [inputs[start : start + BATCH] for start in range(0, len(labels), BATCH)]
        self.parts: list[NDArray[Any] | Tensor] = [loader.stored(part) if resident else part for part in parts]

    @torch.no_grad()
    def accuracy(self, model: nn.Module) -> float:
        """Return the accuracy of a model, which is put into evaluation mode."""
        model.eval()
        right = torch.zeros((), dtype=torch.int64, device=self.loader.device)
        for part, labels in zip(self.parts, self.labels, strict=True):
            values = self.loader.feed(part) if isinstance(part, Tensor) else self.loader(part)
            right += (model(values).argmax(dim=1) == labels).sum()
        return int(right) / self.count
