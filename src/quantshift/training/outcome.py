"""What a training leaves behind: weights, what torch answers with them, and a record."""

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

# Inputs at a time: large pictures need much memory each.
BATCH = 64


@dataclass(frozen=True)
class Outcome:
    """The files of a trained model.

    Attributes:
        weights: its weights (.npz).
        torch_logits: torch's logits of the first validation inputs (.npy), which the exported model is compared with.
        record: how the training went (JSON).
    """

    weights: Path
    torch_logits: Path
    record: Path

    def write(self, net: nn.Module, inputs: NDArray[Any], feeding: Feeding, record: dict[str, Any]) -> None:
        """Write all three, each whole or not at all.

        Args:
            net: the trained network, wherever it is; it is put on the CPU and into evaluation mode.
            inputs: stored validation inputs [n, ...].
            feeding: how these become what the network takes.
            record: what the record says.
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
