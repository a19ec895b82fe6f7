"""Projected gradient descent on images (PGD; Madry et al., arXiv 1706.06083)."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from quantshift.training.frozen import frozen
from quantshift.training.method import Drawn

SETTINGS = {
    "epsilon": {
        "type": "number",
        "minimum": 0,
        "maximum": 1,
        "description": "radius of the L-infinity ball, for inputs in 0..1",
    },
    "step_size": {"type": "number", "exclusiveMinimum": 0, "maximum": 1, "description": "length of one PGD step"},
    "steps": {"type": "integer", "minimum": 1, "maximum": 1000, "description": "number of PGD steps"},
}


# Whether a CUDA graph can replay the attack.
CAPTURABLE = True


def draw(
    like: Tensor, settings: Mapping[str, Any], scale: float, generator: torch.Generator
) -> tuple[float, float, Tensor]:
    """Return the radius of the ball, the length of a step, and the starting points' differences from the images.

    Args:
        like: a tensor like the images.
        settings: see `SETTINGS`.
        scale: the attack's strength, 0..1.
        generator: random generator of the starting points, on the CPU.
    """
    epsilon = scale * settings["epsilon"]
    # torch draws in the order of memory. That of `like` depends on the device and the precision; the draws must not.
    drawn = torch.empty(like.shape, memory_format=torch.channels_last).uniform_(-epsilon, epsilon, generator=generator)
    start = torch.empty_like(like, device="cpu").copy_(drawn)
    return epsilon, scale * settings["step_size"], start


def attack(
    model: nn.Module,
    images: Tensor,
    labels: Tensor,
    settings: Mapping[str, Any],
    epsilon: Drawn,
    step_size: Drawn,
    start: Tensor,
) -> Tensor:
    """Return images within `epsilon` of the originals and within 0..1 that raise the model's loss.

    Args:
        model: the model; it is not changed.
        images: float32 [n, channels, height, width] in 0..1.
        labels: int64 [n].
        settings: see `SETTINGS`.
        epsilon: radius of the L-infinity ball.
        step_size: length of a step.
        start: differences of the starting points from the images, within the ball.
    """
    low, high = (images - epsilon).clamp_(min=0), (images + epsilon).clamp_(max=1)
    adversarial = torch.clamp(images + start, low, high)
    with frozen(model):
        for _ in range(settings["steps"]):
            adversarial.requires_grad_(True)
            (gradient,) = torch.autograd.grad(functional.cross_entropy(model(adversarial), labels), adversarial)
            with torch.no_grad():
                adversarial = torch.clamp(adversarial + step_size * gradient.sign(), low, high)
    return adversarial.detach()
