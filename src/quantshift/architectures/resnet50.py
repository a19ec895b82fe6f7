"""ResNet-50 (He et al., arXiv 1512.03385), as in torchvision and arXiv 2204.04220.

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
        "description": "training starts from ImageNet's weights (artifacts.imagenet_resnet50)",
    },
    "width": {
        "type": "number",
        "minimum": 0.0625,
        "maximum": 1,
        "default": 1.0,
        "description": "factor on the channels of the bottlenecks; ImageNet's weights need 1.0",
    },
}
# Channels of the first stage's bottlenecks.
BOTTLENECK = 64
# The artifact with the weights that training starts from if `pretrained` is true.
PRETRAINED = "imagenet_resnet50"


def build(shape: tuple[int, ...], classes: int, *, pretrained: bool, width: float) -> nn.Module:
    """Return an untrained ResNet-50; with `pretrained`, one that ImageNet's weights can be loaded into.

    Args:
        shape: (3, height, width) of one input.
        classes: number of logits.
        pretrained: whether training starts from ImageNet's weights.
        width: factor on the channels of the bottlenecks, in [1/16, 1] (Zagoruyko and Komodakis, arXiv 1605.07146); the
            channels between the blocks stay the same.

    Raises:
        QuantshiftError: the images do not have 3 channels.
    """
    channels = round(width * BOTTLENECK)
    net = torchvision.models.resnet50(weights=None, num_classes=classes, width_per_group=channels)
    return network(net, "resnet50", shape, pretrained)
