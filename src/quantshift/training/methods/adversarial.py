"""Adversarial training, on inputs that an attack has changed to raise the model's loss.

The attack depends on the modality: see `training/modalities/adversarial`.
"""

from torch import Tensor, nn
from torch.nn import functional

from quantshift.training.method import Method

SETTINGS = {
    "warm_up": {
        "type": "number",
        "minimum": 0,
        "maximum": 1,
        "description": "share of the training over which the attack grows from nothing",
    },
}


class Adversarial(Method):
    """The cross-entropy of attacked inputs.

    The attack's strength grows during `warm_up`, since a small network does not get above chance level otherwise.
    """

    def attack(self, model: nn.Module, inputs: Tensor, labels: Tensor, scale: float = 1.0) -> Tensor:
        """Return the inputs [n, ...] attacked as their modality is, with the strength `scale` (0..1)."""
        assert self.part is not None, "the attack belongs to a modality"
        generator = self.torch_generator(inputs.device)
        attacked: Tensor = self.part.attack(model, inputs, labels, self.settings, scale, generator)
        return attacked

    def loss(self, model: nn.Module, inputs: Tensor, labels: Tensor, progress: float) -> Tensor:
        """Return the cross-entropy of the batch after the attack."""
        warm_up = self.settings["warm_up"]
        scale = min(1.0, progress / warm_up) if warm_up else 1.0
        return functional.cross_entropy(model(self.attack(model, inputs, labels, scale)), labels)


METHOD = Adversarial
