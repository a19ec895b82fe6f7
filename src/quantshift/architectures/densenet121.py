"""DenseNet-121 (Huang et al., arXiv 1608.06993), as torchvision has it and arXiv 2204.04220 used it.

Its stem divides height and width by 4 and its later stages by 8 more, so that images of 32 pixels end as one pixel.
"""

from torch import nn

from quantshift.models.imagenet import network
from quantshift.models.vision import torchvision

INPUT = "image"
TAKES = {"CHANNELS": 3}
OPTIONS = {
    "pretrained": {
        "type": "boolean",
        "default": False,
        "description": "training starts from ImageNet's weights (artifacts.imagenet_densenet121)",
    },
}
# The weights that training starts from when the option `pretrained` is set.
PRETRAINED = "imagenet_densenet121"


def build(shape: tuple[int, ...], classes: int, *, pretrained: bool) -> nn.Module:
    """Return an untrained DenseNet-121; with `pretrained`, one that ImageNet's weights fit (see `models/imagenet.py`).

    Args:
        shape: (3, height, width) of one input.
        classes: number of logits.
        pretrained: whether training starts from ImageNet's weights.

    Raises:
        QuantshiftError: the images are not in colour.
    """
    return network(torchvision.models.densenet121(weights=None, num_classes=classes), "densenet121", shape, pretrained)
