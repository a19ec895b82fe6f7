"""Adversarial training, on inputs that an attack has changed to raise the model's loss.

The attack depends on the modality: see `training/modalities/adversarial`.
"""

from collections.abc import Sequence
from types import ModuleType

from torch import Tensor, nn
from torch.nn import functional

from quantshift.training.method import Drawn, Method

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

    @property
    def capturable(self) -> bool:
        """Return whether the attack can be captured."""
        return bool(getattr(self.attacks, "CAPTURABLE", False))

    @property
    def attacks(self) -> ModuleType:
        """Return the member with the attack on the inputs' modality."""
        assert self.part is not None, "the attack belongs to a modality"
        return self.part

    def draw(self, like: Tensor, progress: float) -> Sequence[Drawn]:
        """Return what the attack draws for a batch, at the strength that it has grown to."""
        warm_up = self.settings["warm_up"]
        scale = min(1.0, progress / warm_up) if warm_up else 1.0
        drawn: Sequence[Drawn] = self.attacks.draw(like, self.settings, scale, self.torch_generator())
        return drawn

    def attack(self, model: nn.Module, inputs: Tensor, labels: Tensor, *drawn: Drawn) -> Tensor:
        """Return the inputs [n, ...] attacked as their modality is."""
        attacked: Tensor = self.attacks.attack(model, inputs, labels, self.settings, *drawn)
        return attacked

    def loss(self, model: nn.Module, inputs: Tensor, labels: Tensor, *drawn: Drawn) -> Tensor:
        """Return the cross-entropy of the batch after the attack."""
        return functional.cross_entropy(model(self.attack(model, inputs, labels, *drawn)), labels)


METHOD = Adversarial
