"""Adam (Kingma and Ba, arXiv 1412.6980, algorithm 1), with torch's fused kernel.

`torch.optim.Adam` computes the same, but imports torch's compiler at the first step: 1.3 seconds of CPU time per
training for code that is never used (torchvision imports a part of it anyway).
"""

from collections.abc import Iterable

import torch
from torch import Tensor, nn
from torch.optim.adam import adam


class Adam:
    """The optimizer, with the moving means of each gradient and of its square as state.

    Args:
        parameters: the parameters to train; a step skips those without a gradient.
    """

    def __init__(self, parameters: Iterable[nn.Parameter]) -> None:
        """Start all means at zero."""
        self.parameters = list(parameters)
        self.means = [torch.zeros_like(parameter) for parameter in self.parameters]
        self.squares = [torch.zeros_like(parameter) for parameter in self.parameters]
        self.steps = [torch.zeros((), device=parameter.device) for parameter in self.parameters]

    @torch.no_grad()
    def step(self, learning_rate: float | Tensor) -> None:
        """Update each parameter that has a gradient.

        Args:
            learning_rate: a number, or for a CUDA graph a scalar on the device: float32, but float64 on a CPU.
        """
        used = [index for index, parameter in enumerate(self.parameters) if parameter.grad is not None]
        # Fused: a step on the 24 million weights of ResNet-50 took a sixth of the time of its batches of 32.
        adam(
            [self.parameters[index] for index in used],
            [gradient for parameter in self.parameters if (gradient := parameter.grad) is not None],
            [self.means[index] for index in used],
            [self.squares[index] for index in used],
            [],
            [self.steps[index] for index in used],
            fused=True,
            amsgrad=False,
            beta1=0.9,
            beta2=0.999,
            lr=learning_rate,
            weight_decay=0.0,
            eps=1e-8,
            maximize=False,
        )
