"""Copies from host memory to tensors at fixed addresses, for which the host does not wait."""

import torch
from torch import Tensor


class Upload:
    """A tensor on a device that is refilled from the host.

    For a CUDA device two pinned buffers take turns: while one is being copied, the host fills the other. The host is
    therefore at most two copies ahead of the device.

    Args:
        like: a host tensor of the same shape, layout and type as all values.
        device: the tensor's device.

    Attributes:
        target: the tensor.
    """

    def __init__(self, like: Tensor, device: torch.device) -> None:
        """Allocate the tensor, with zeros."""
        self.target = torch.zeros_like(like, device=device)
        pinned = 2 if device.type == "cuda" else 0
        self.buffers = [torch.empty_like(like, pin_memory=True) for _ in range(pinned)]
        self.copied = [torch.cuda.Event() for _ in range(pinned)]  # type: ignore[no-untyped-call]
        self.turn = 0

    def fill(self, values: Tensor) -> None:
        """Copy `values` to the tensor; they may change as soon as this returns."""
        if not self.buffers:
            self.target.copy_(values)
            return
        buffer, copied = self.buffers[self.turn], self.copied[self.turn]
        copied.synchronize()
        buffer.copy_(values)
        self.target.copy_(buffer, non_blocking=True)
        copied.record()
        self.turn = 1 - self.turn
