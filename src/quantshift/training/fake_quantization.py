"""Fake quantization: float tensors rounded to the grid that onnxruntime's integer kernels will use.

The straight-through estimator passes gradients inside the range and stops them outside (Jacob et al., arXiv 1712.05877,
sections 2 and 3). Activations are uint8 with a zero point; weights are symmetric int8 with one scale per output
channel. The preset `static_int8` uses the same grids, so that a quantization-aware model differs from others only in
its weights and ranges.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

ACTIVATION_LEVELS = 255
WEIGHT_LIMIT = 127
BIAS_LIMIT = 2**31 - 1
FRACTIONS = 2**10


class FakeQuantizedActivation(nn.Module):
    """Rounds an activation to uint8 over a range that follows the data by an exponential moving average.

    Args:
        operator: the kind of the tensor (see `ActivationRange`).
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
        """Return (scale, zero point); zero is always on the grid, since padding is zero."""
        low, high = self.minimum.clamp(max=0), self.maximum.clamp(min=0)
        scale = ((high - low) / ACTIVATION_LEVELS).clamp(min=torch.finfo(torch.float32).eps)
        return scale, torch.round(-low / scale).to(torch.int32)

    def resume(self, scale: float, zero_point: int) -> None:
        """Set the range to that of a grid which an earlier training has learned."""
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
    """Rounds averages of an activation to the grid of that activation, as integer pooling does.

    Averages of a few integers are often halfway between two levels; onnxruntime then rounds to the even integer, after
    adding the zero point.

    Args:
        source: the module with the range of the activation.
    """

    def __init__(self, source: FakeQuantizedActivation) -> None:
        """Share the range."""
        super().__init__()
        self.source = source

    def forward(self, values: Tensor) -> Tensor:
        """Return the averages rounded to the grid, in the same shape; gradients pass."""
        scale, zero_point = self.source.grid()
        levels = values.detach() / scale + zero_point
        # Rounding errors of the division must not decide ties between two levels.
        levels = torch.round(torch.round(levels * FRACTIONS) / FRACTIONS)
        return values + ((levels - zero_point) * scale - values).detach()


class FakeQuantizedWeight(nn.Module):
    """Rounds a weight [out, ...] to symmetric int8 with one scale per output channel."""

    def forward(self, weight: Tensor) -> Tensor:
        """Return the weight rounded to multiples of its channel's largest magnitude / 127."""
        scale = weight_scales(weight)
        # As floats: torch compares integer zero points with the limits, for which the host waits for a GPU.
        zero_points = torch.zeros_like(scale)
        return torch.fake_quantize_per_channel_affine(weight, scale, zero_points, 0, -WEIGHT_LIMIT, WEIGHT_LIMIT)


def weight_scales(weight: Tensor) -> Tensor:
    """Return the scale of each output channel of a weight [out, ...]."""
    limit = weight.detach().flatten(1).abs().amax(dim=1)
    return (limit / WEIGHT_LIMIT).clamp(min=torch.finfo(torch.float32).eps)


class FakeQuantizedLayer(nn.Module):
    """A convolution or dense layer that computes with its rounded weight while the weight itself is trained.

    Args:
        layer: the layer, whose weight this module shares.
        bias: [out], the layer's own bias, or that of the normalization which was folded into it.
        source: the module with the range of the layer's input.
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
        """Return the output of the layer with its rounded weight and bias."""
        weight, bias = self.rounded(self.layer.weight), self.rounded_bias()
        if isinstance(self.layer, nn.Linear):
            return functional.linear(values, weight, bias)
        result: Tensor = self.layer._conv_forward(values, weight, bias)
        return result

    def rounded_bias(self) -> Tensor | None:
        """Return the bias [out] rounded to the 32-bit integer that integer kernels add to the sum of products.

        In training the bias is not rounded, since the difference is far smaller than the noise of a batch. In
        evaluation it matters: in a deep network each value that is rounded the other way changes values downstream.
        """
        if self.training or self.bias is None:
            return self.bias
        scale = self.source.grid()[0].double() * weight_scales(self.layer.weight)
        return (torch.round(self.bias / scale).clamp(-BIAS_LIMIT, BIAS_LIMIT) * scale).to(self.bias.dtype)
