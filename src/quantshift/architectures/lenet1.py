"""LeNet-1 (LeCun et al. 1989) with ReLU and max pooling, as in arXiv 2204.04220."""

from torch import nn

MODALITY = "image"
# Whether a CUDA graph can replay a training step: `forward` makes no decision in Python for each batch.
CAPTURABLE = True


def build(shape: tuple[int, ...], classes: int) -> nn.Module:
    """Return an untrained LeNet-1.

    Args:
        shape: (channels, height, width) of one input; height and width are divisible by 4.
        classes: number of logits.
    """
    channels, height, width = shape
    return nn.Sequential(
        nn.Conv2d(channels, 4, kernel_size=5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(4, 12, kernel_size=5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(12 * (height // 4) * (width // 4), classes),
    )
