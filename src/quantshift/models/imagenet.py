"""Networks of torchvision, optionally initialized with weights pretrained on ImageNet."""

import pickle
import re
from pathlib import Path

import torch
from torch import Tensor, nn

from quantshift.core.errors import QuantshiftError
from quantshift.storage.files import damaged, remedy

# Means and standard deviations of the red, green and blue values (0..1) of ImageNet's training images, with which
# torchvision's weights were trained.
MEANS = (0.485, 0.456, 0.406)
DEVIATIONS = (0.229, 0.224, 0.225)
# The published DenseNet weights have layer names with an extra dot, from an older torchvision.
DOTTED = re.compile(r"(denselayer\d+\.(?:norm|relu|conv))\.([12]\.)")


class Standardization(nn.Module):
    """Standardizes images from 0..1 as ImageNet's weights expect, so that all models have the same kind of input."""

    means: Tensor
    deviations: Tensor

    def __init__(self) -> None:
        """Store ImageNet's statistics with the model's weights."""
        super().__init__()
        self.register_buffer("means", torch.tensor(MEANS).reshape(1, 3, 1, 1))
        self.register_buffer("deviations", torch.tensor(DEVIATIONS).reshape(1, 3, 1, 1))

    def forward(self, images: Tensor) -> Tensor:
        """Return images [n, 3, height, width] minus ImageNet's means, divided by its standard deviations."""
        return (images - self.means) / self.deviations


def network(net: nn.Module, architecture: str, shape: tuple[int, ...], pretrained: bool) -> nn.Module:
    """Return a network of torchvision for images in 0..1.

    Args:
        net: the network, untrained.
        architecture: its name.
        shape: (channels, height, width) of one input.
        pretrained: whether it will start from ImageNet's weights (see `load_weights`) and so standardizes its inputs.

    Raises:
        QuantshiftError: the images do not have 3 channels.
    """
    if shape[0] != 3:
        raise QuantshiftError(
            f"{architecture} needs images with 3 channels, but these have {shape[0]}: choose another architecture"
        )
    return nn.Sequential(Standardization(), net) if pretrained else net


def load_weights(model: nn.Module, folder: Path) -> None:
    """Load ImageNet's weights into a pretrained `network` in place, except for the last layer, the classifier.

    Args:
        model: the result of `network` with `pretrained`.
        folder: the fetched artifact, with one file of weights ``*.pth``.

    Raises:
        QuantshiftError: the file is missing or damaged, or holds another architecture's weights.
    """
    files = sorted(folder.glob("*.pth"))
    if len(files) != 1:
        raise QuantshiftError(f"{folder} has {len(files)} files of weights, expected 1: {remedy(folder / '*.pth')}")
    try:
        stored = torch.load(files[0], map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError, ValueError, OSError) as error:
        raise damaged(files[0], "a complete file of weights", error) from error
    if not isinstance(stored, dict) or not all(isinstance(value, Tensor) for value in stored.values()):
        raise damaged(files[0], "a file of weights", ValueError("it does not hold tensors by name"))
    net = model[1] if isinstance(model, nn.Sequential) else model
    *_, last = (name for name, layer in net.named_modules() if isinstance(layer, nn.Linear))
    weights = {DOTTED.sub(r"\1\2", name): value for name, value in stored.items()}
    weights |= {name: value for name, value in net.state_dict().items() if name.startswith(f"{last}.")}
    try:
        # Older files lack the counters num_batches_tracked, which are not used.
        missing, unexpected = net.load_state_dict(weights, strict=False)
    except RuntimeError as error:
        raise QuantshiftError(
            f"{files[0]} does not fit its architecture ({str(error).splitlines()[0]}): {remedy(files[0])}"
        ) from error
    absent = [name for name in missing if not name.endswith("num_batches_tracked")]
    if absent or unexpected:
        raise QuantshiftError(
            f"{files[0]} does not fit its architecture (see {[*absent, *unexpected][0]}): {remedy(files[0])}"
        )
