"""Fake quantization: float tensors rounded to the grid that onnxruntime's integer kernels will use.

The straight-through estimator passes gradients inside of the range and stops them outside (Jacob et al., arXiv
1712.05877, sections 2 and 3). Activations are on uint8 with a zero point, weights on symmetric 8 bits, a scale for each
output channel: the same as the `static` scheme, so that a quantization-aware model differs from another one in weights
and ranges alone.
"""

import torch
from torch import Tensor, nn

ACTIVATION_LEVELS = 255
WEIGHT_LIMIT = 127


class FakeQuantizedActivation(nn.Module):
    """Rounds an activation to uint8, over a range that follows the data by an exponential moving average.

    Args:
        operator: ONNX type of the operator whose output this is, or ``Input``.
        momentum: weight of a new batch's minimum and maximum, in (0, 1].
    """

    minimum: Tensor
    maximum: Tensor
    seen: Tensor

    def __init__(self, operator: str, momentum: float) -> None:
        """Start without a range: the first batch in training sets it."""
        super().__init__()
        self.operator = operator
        self.momentum = momentum
        self.register_buffer("minimum", torch.zeros(()))
        self.register_buffer("maximum", torch.zeros(()))
        self.register_buffer("seen", torch.zeros((), dtype=torch.bool))

    def grid(self) -> tuple[Tensor, Tensor]:
        """Return (scale, zero point); zero is always a level of the grid, since padding is made of it."""
        low, high = self.minimum.clamp(max=0), self.maximum.clamp(min=0)
        scale = ((high - low) / ACTIVATION_LEVELS).clamp(min=torch.finfo(torch.float32).eps)
        return scale, torch.round(-low / scale).to(torch.int32)

    def forward(self, values: Tensor) -> Tensor:
        """Return the values rounded to the grid, in the same shape."""
        if self.training:
            low, high = torch.aminmax(values.detach())
            weight = torch.where(self.seen, self.momentum, 1.0)
            self.minimum.lerp_(low, weight)
            self.maximum.lerp_(high, weight)
            self.seen.fill_(True)
        scale, zero_point = self.grid()
        return torch.fake_quantize_per_tensor_affine(values, scale, zero_point, 0, ACTIVATION_LEVELS)


class FakeQuantizedWeight(nn.Module):
    """A parametrization that rounds a weight [out, ...] to symmetric 8 bits, a scale for each output channel."""

    def forward(self, weight: Tensor) -> Tensor:
        """Return the weight rounded to multiples of its channel's largest magnitude / 127."""
        limit = weight.detach().flatten(1).abs().amax(dim=1)
        scale = (limit / WEIGHT_LIMIT).clamp(min=torch.finfo(torch.float32).eps)
        zero_points = torch.zeros_like(scale, dtype=torch.int32)
        return torch.fake_quantize_per_channel_affine(weight, scale, zero_points, 0, -WEIGHT_LIMIT, WEIGHT_LIMIT)
