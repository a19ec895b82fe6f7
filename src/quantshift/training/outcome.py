"""The files that a training writes: weights, torch's logits and a record."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from quantshift.core.signature import Feeding
from quantshift.models.tensors import on_cpu
from quantshift.models.weights import save
from quantshift.storage.arrays import write_array
from quantshift.storage.records import write_record
from quantshift.training.answered import ANSWERED

# Batch size; large pictures need much memory each.
BATCH = 64


@dataclass(frozen=True)
class Outcome:
    """The files of a trained model.

    Attributes:
        weights: the weights (.npz).
        torch_logits: torch's logits of the first validation inputs (.npy), with which the exported model is compared.
        record: the training record (JSON).
    """

    weights: Path
    torch_logits: Path
    record: Path

    def write(self, net: nn.Module, inputs: NDArray[Any], feeding: Feeding, record: dict[str, Any]) -> None:
        """Write all three files, each atomically.

        Args:
            net: the trained network on any device; it is moved to the CPU and put into evaluation mode.
            inputs: stored validation inputs [n, ...].
            feeding: how stored inputs become model inputs.
            record: content of the training record.
        """
        write_array(self.torch_logits, answers(net, inputs[:ANSWERED], feeding))
        save(net, self.weights)
        write_record(self.record, record)


@torch.no_grad()
def answers(net: nn.Module, inputs: NDArray[Any], feeding: Feeding) -> NDArray[np.float32]:
    """Return the logits [n, classes] of stored inputs [n, ...], computed by the CPU as it would after a restart."""
    net.eval().to("cpu").to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]
    loader = on_cpu(feeding)
    parts = [net(loader(inputs[start : start + BATCH])) for start in range(0, len(inputs), BATCH)]
    logits: NDArray[np.float32] = torch.cat(parts).numpy()
    return logits
