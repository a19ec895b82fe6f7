"""ResNet-20 for small images (He et al., arXiv 1512.03385, section 4.2), as in arXiv 2204.04220.

If a stage halves the image size, the shortcut is a 1x1 convolution of stride 2, as in the Keras example that the study
used; the paper's own shortcut has no parameters.
"""

from torch import Tensor, nn

MODALITY = "image"
# Whether a CUDA graph can replay a training step: `forward` makes no decision in Python for each batch.
CAPTURABLE = True

STAGES = (16, 32, 64)
BLOCKS_PER_STAGE = 3


class Block(nn.Module):
    """Residual block: two 3x3 convolutions plus a shortcut.

    Args:
        inputs: channels of the input.
        outputs: channels of the output.
        stride: stride of the first convolution and of the shortcut.
    """

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        """Create the layers."""
        super().__init__()
        self.convolution1 = convolution(inputs, outputs, 3, stride)
        self.normalization1 = nn.BatchNorm2d(outputs)
        self.convolution2 = convolution(outputs, outputs, 3)
        self.normalization2 = nn.BatchNorm2d(outputs)
        self.shortcut = nn.Identity() if stride == 1 else convolution(inputs, outputs, 1, stride, bias=True)
        self.relu1 = nn.ReLU()
        self.relu2 = nn.ReLU()

    def forward(self, values: Tensor) -> Tensor:
        """Return [n, outputs, height / stride, width / stride] of values [n, inputs, height, width]."""
        inner = self.relu1(self.normalization1(self.convolution1(values)))
        inner = self.normalization2(self.convolution2(inner))
        result: Tensor = self.relu2(inner + self.shortcut(values))
        return result


def convolution(inputs: int, outputs: int, kernel: int, stride: int = 1, bias: bool = False) -> nn.Conv2d:
    """Return a convolution with He initialization; before a normalization it needs no bias."""
    layer = nn.Conv2d(inputs, outputs, kernel, stride, padding=kernel // 2, bias=bias)
    nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
    return layer


def build(shape: tuple[int, ...], classes: int) -> nn.Module:
    """Return an untrained ResNet-20.

    Args:
        shape: (channels, height, width) of one input.
        classes: number of logits.
    """
    layers: list[nn.Module] = [convolution(shape[0], STAGES[0], 3), nn.BatchNorm2d(STAGES[0]), nn.ReLU()]
    inputs = STAGES[0]
    for stage, outputs in enumerate(STAGES):
        for number in range(BLOCKS_PER_STAGE):
            layers.append(Block(inputs, outputs, stride=2 if stage and not number else 1))
            inputs = outputs
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(inputs, classes))
