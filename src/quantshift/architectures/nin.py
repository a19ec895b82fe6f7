"""Network in Network (Lin, Chen and Yan, arXiv 1312.4400) with batch normalization, as in arXiv 2204.04220."""

from torch import nn

MODALITY = "image"
# Whether a CUDA graph can replay a training step: `forward` makes no decision in Python for each batch.
CAPTURABLE = True
OPTIONS = {
    "width": {
        "type": "number",
        "exclusiveMinimum": 0,
        "maximum": 1,
        "default": 1.0,
        "description": "factor on the channels of all layers but the last; layers have at least 8 channels",
    },
    "dropout": {
        "type": "number",
        "minimum": 0,
        "maximum": 0.9,
        "default": 0.5,
        "description": "probability of dropout after the first two blocks",
    },
}

# (kernel size, channels) of each block's convolutions; the last convolution has one channel per class.
BLOCKS = (((5, 192), (1, 160), (1, 96)), ((5, 192), (1, 192), (1, 192)), ((3, 192), (1, 192), (1, None)))
MINIMUM_CHANNELS = 8


def build(shape: tuple[int, ...], classes: int, *, width: float, dropout: float) -> nn.Module:
    """Return an untrained NiN.

    Args:
        shape: (channels, height, width) of one input; height and width are 4 or more.
        classes: number of logits.
        width: factor on the channels of all layers but the last, in (0, 1].
        dropout: probability of dropout after the first two blocks, in [0, 0.9].
    """
    layers: list[nn.Module] = []
    inputs = shape[0]
    for number, block in enumerate(BLOCKS):
        if number:
            # The window may extend past the lower and right edge, so that sizes halve (padding "same" in the study).
            layers += [nn.MaxPool2d(3, stride=2, ceil_mode=True), nn.Dropout(dropout)]
        for kernel, channels in block:
            outputs = classes if channels is None else max(MINIMUM_CHANNELS, round(width * channels))
            convolution = nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, bias=False)
            nn.init.kaiming_normal_(convolution.weight, nonlinearity="relu")
            layers += [convolution, nn.BatchNorm2d(outputs), nn.ReLU()]
            inputs = outputs
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten())
