"""Batch normalization in quantization-aware training: folded into convolutions, or with frozen statistics.

Integer kernels have no normalization: it is folded into their weights (Jacob et al., arXiv 1712.05877, section 3.2).
Therefore the normalization is folded first, with its running statistics, and the folded weights are then trained.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional


@torch.no_grad()
def fold(layer: nn.Conv2d | nn.Linear, normalization: nn.BatchNorm1d | nn.BatchNorm2d) -> None:
    """Fold `normalization`, as it is in evaluation mode, into the layer before it, in place.

    Afterwards the normalization only adds its bias, so that the model's structure stays the same.
    """
    assert normalization.running_mean is not None
    assert normalization.running_var is not None
    factor = normalization.weight * torch.rsqrt(normalization.running_var + normalization.eps)
    shift = -normalization.running_mean
    if layer.bias is not None:
        shift = shift + layer.bias
        layer.bias.zero_()
    layer.weight.mul_(factor.reshape(-1, *[1] * (layer.weight.ndim - 1)))
    normalization.bias.add_(shift * factor)
    normalization.weight.fill_(1)
    normalization.running_mean.zero_()
    normalization.running_var.fill_(1 - normalization.eps)


class FoldedLayer(nn.Module):
    """A convolution or dense layer that adds the bias of the normalization which was folded into it.

    Args:
        layer: the layer, whose weight this module shares.
        bias: [out], the layer's own bias, or that of the normalization.
    """

    def __init__(self, layer: nn.Conv2d | nn.Linear, bias: nn.Parameter | None) -> None:
        """Share the layer's weight and the bias."""
        super().__init__()
        self.layer = layer
        self.bias = bias

    def forward(self, values: Tensor) -> Tensor:
        """Return the output of the layer with this bias."""
        if isinstance(self.layer, nn.Linear):
            return functional.linear(values, self.layer.weight, self.bias)
        result: Tensor = self.layer._conv_forward(values, self.layer.weight, self.bias)
        return result


class FrozenNormalization(nn.Module):
    """A normalization that cannot be folded: its parameters are trained, its statistics stay frozen.

    Args:
        normalization: the layer, whose weights this module shares.
    """

    def __init__(self, normalization: nn.BatchNorm1d | nn.BatchNorm2d) -> None:
        """Share the layer."""
        super().__init__()
        self.normalization = normalization

    def forward(self, values: Tensor) -> Tensor:
        """Return the values normalized with the frozen statistics, in the same shape [n, channels, ...]."""
        norm = self.normalization
        return functional.batch_norm(
            values, norm.running_mean, norm.running_var, norm.weight, norm.bias, False, 0, norm.eps
        )
