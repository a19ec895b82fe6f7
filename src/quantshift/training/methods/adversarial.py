"""Adversarial training on projected gradient descent's examples (Madry et al., arXiv 1706.06083)."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from quantshift.training.method import Method

SETTINGS = {
    "epsilon": {
        "type": "number",
        "minimum": 0,
        "maximum": 1,
        "description": "radius of the L-infinity ball, for inputs in 0..1",
    },
    "step_size": {"type": "number", "exclusiveMinimum": 0, "maximum": 1, "description": "length of one PGD step"},
    "steps": {"type": "integer", "minimum": 1, "description": "number of PGD steps"},
    "warm_up": {
        "type": "number",
        "minimum": 0,
        "maximum": 1,
        "description": "share of the training over which epsilon and step_size grow from 0",
    },
}


class Adversarial(Method):
    """PGD in the L-infinity ball of radius `epsilon` from a random start; inputs are in 0..1.

    A small network does not leave chance level when the ball is large from the start, so it grows (`warm_up`).
    """

    def attack(self, model: nn.Module, inputs: Tensor, labels: Tensor, scale: float = 1.0) -> Tensor:
        """Return inputs within `scale` * `epsilon` of the given ones and within 0..1 that raise the model's loss."""
        epsilon, step_size = scale * self.settings["epsilon"], scale * self.settings["step_size"]
        low, high = (inputs - epsilon).clamp_(min=0), (inputs + epsilon).clamp_(max=1)
        start = torch.empty_like(inputs).uniform_(-epsilon, epsilon, generator=self.torch_generator(inputs.device))
        adversarial = torch.clamp(inputs + start, low, high)
        # Only the input's gradient is wanted: without this the weights' would be computed too, a third of the work.
        trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
        for parameter in trained:
            parameter.requires_grad_(False)
        try:
            for _ in range(self.settings["steps"]):
                adversarial.requires_grad_(True)
                (gradient,) = torch.autograd.grad(functional.cross_entropy(model(adversarial), labels), adversarial)
                with torch.no_grad():
                    adversarial = torch.clamp(adversarial + step_size * gradient.sign(), low, high)
        finally:
            for parameter in trained:
                parameter.requires_grad_(True)
        return adversarial.detach()

    def loss(self, model: nn.Module, inputs: Tensor, labels: Tensor, progress: float) -> Tensor:
        """Return the cross-entropy of the adversarial inputs."""
        warm_up = self.settings["warm_up"]
        scale = min(1.0, progress / warm_up) if warm_up else 1.0
        return functional.cross_entropy(model(self.attack(model, inputs, labels, scale)), labels)


METHOD = Adversarial
