"""Fake quantization: float tensors rounded to the grid that onnxruntime's integer kernels will use.

The straight-through estimator passes gradients inside of the range and stops them outside (Jacob et al., arXiv
1712.05877, sections 2 and 3). Activations are on uint8 with a zero point, weights on symmetric int8, a scale for each
output channel: the same as the preset `static_int8`, so that a quantization-aware model differs from another one in
weights and ranges alone.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

ACTIVATION_LEVELS = 255
WEIGHT_LIMIT = 127
BIAS_LIMIT = 2**31 - 1
FRACTIONS = 2**10


class FakeQuantizedActivation(nn.Module):
    """Rounds an activation to uint8, over a range that follows the data by an exponential moving average.

    Args:
        operator: which tensor this is, see `ActivationRange`.
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

    def resume(self, scale: float, zero_point: int) -> None:
        """Take the range of a grid, as an earlier training has learned it."""
        self.minimum.fill_(-zero_point * scale)
        self.maximum.fill_((ACTIVATION_LEVELS - zero_point) * scale)
        self.seen.fill_(True)

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


class SameGrid(nn.Module):
    """Rounds the averages of an activation to the activation's own grid, as integer pooling does.

    Averages of a few integers stand halfway between two levels often, and onnxruntime then takes the even one, the zero
    point included.

    Args:
        source: keeps the range of the activation.
    """

    def __init__(self, source: FakeQuantizedActivation) -> None:
        """Share the range."""
        super().__init__()
        self.source = source

    def forward(self, values: Tensor) -> Tensor:
        """Return the averages rounded to the grid, in the same shape; gradients pass."""
        scale, zero_point = self.source.grid()
        levels = values.detach() / scale + zero_point
        # What the division adds must not decide where two levels are equally near.
        levels = torch.round(torch.round(levels * FRACTIONS) / FRACTIONS)
        return values + ((levels - zero_point) * scale - values).detach()


class FakeQuantizedWeight(nn.Module):
    """Rounds a weight [out, ...] to symmetric 8 bits, a scale for each output channel."""

    def forward(self, weight: Tensor) -> Tensor:
        """Return the weight rounded to multiples of its channel's largest magnitude / 127."""
        scale = weight_scales(weight)
        zero_points = torch.zeros_like(scale, dtype=torch.int32)
        return torch.fake_quantize_per_channel_affine(weight, scale, zero_points, 0, -WEIGHT_LIMIT, WEIGHT_LIMIT)


def weight_scales(weight: Tensor) -> Tensor:
    """Return the scale of each output channel of a weight [out, ...]."""
    limit = weight.detach().flatten(1).abs().amax(dim=1)
    return (limit / WEIGHT_LIMIT).clamp(min=torch.finfo(torch.float32).eps)


class FakeQuantizedLayer(nn.Module):
    """A convolution or a dense layer that computes with its weight rounded, while the weight itself is trained.

    Args:
        layer: the layer, whose weight this module shares.
        bias: what is added, [out]: the layer's own bias, or that of the normalization which was folded into it.
        source: the range of the values that the layer takes.
    """

    def __init__(
        self, layer: nn.Conv2d | nn.Linear, bias: nn.Parameter | None, source: FakeQuantizedActivation
    ) -> None:
        """Share the layer's weight, the bias and the range."""
        super().__init__()
        self.layer = layer
        self.bias = bias
        self.source = source
        self.rounded = FakeQuantizedWeight()

    def forward(self, values: Tensor) -> Tensor:
        """Return what the layer makes of the values with its rounded weight."""
        weight, bias = self.rounded(self.layer.weight), self.rounded_bias()
        if isinstance(self.layer, nn.Linear):
            return functional.linear(values, weight, bias)
        result: Tensor = self.layer._conv_forward(values, weight, bias)
        return result

    def rounded_bias(self) -> Tensor | None:
        """Return the bias [out] as the 32-bit integer that is added to the sum of products of integers.

        In training it is left as it is, since the difference is far below what a batch brings. Afterwards it counts:
        in a deep network each value that is rounded the other way changes others behind it.
        """
        if self.training or self.bias is None:
            return self.bias
        scale = self.source.grid()[0].double() * weight_scales(self.layer.weight)
        return (torch.round(self.bias / scale).clamp(-BIAS_LIMIT, BIAS_LIMIT) * scale).to(self.bias.dtype)
