"""DenseNet-121 (Huang et al., arXiv 1608.06993), as in torchvision and arXiv 2204.04220.

The stem divides height and width by 4, the later stages by another 8, so that images of 32 pixels end as one pixel.
"""

from torch import nn

from quantshift.models.imagenet import network
from quantshift.models.vision import torchvision

MODALITY = "image"
# Whether a CUDA graph can replay a training step: `forward` makes no decision in Python for each batch.
CAPTURABLE = True
TAKES = {"channels": 3}
OPTIONS = {
    "pretrained": {
        "type": "boolean",
        "default": False,
        "description": "training starts from ImageNet's weights (artifacts.imagenet_densenet121)",
    },
    "growth_rate": {
        "type": "integer",
        "minimum": 4,
        "maximum": 32,
        "default": 32,
        "description": "channels that each layer adds; ImageNet's weights need 32",
    },
}
LAYERS = (6, 12, 24, 16)
# The artifact with the weights that training starts from if `pretrained` is true.
PRETRAINED = "imagenet_densenet121"


def build(shape: tuple[int, ...], classes: int, *, pretrained: bool, growth_rate: int) -> nn.Module:
    """Return an untrained DenseNet-121; with `pretrained`, one that ImageNet's weights can be loaded into.

    Args:
        shape: (3, height, width) of one input.
        classes: number of logits.
        pretrained: whether training starts from ImageNet's weights.
        growth_rate: channels that each layer adds, 4..32; the stem has twice as many channels, as in the paper.

    Raises:
        QuantshiftError: the images do not have 3 channels.
    """
    net = torchvision.models.DenseNet(growth_rate, LAYERS, 2 * growth_rate, num_classes=classes)
    return network(net, "densenet121", shape, pretrained)
