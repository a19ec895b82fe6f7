"""Adversarial training: on projected gradient descent's images, or on texts with words substituted.

Images: Madry et al., arXiv 1706.06083. Texts: see `training/word_substitution.py`; as in arXiv 2204.04220 a part of
each batch is attacked and the rest is left as it is.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from quantshift.training.frozen import frozen
from quantshift.training.method import Method
from quantshift.training.word_substitution import substitute

SETTINGS = {
    "epsilon": {
        "type": "number",
        "minimum": 0,
        "maximum": 1,
        "description": "radius of the L-infinity ball, for inputs in 0..1",
    },
    "step_size": {"type": "number", "exclusiveMinimum": 0, "maximum": 1, "description": "length of one PGD step"},
    "steps": {"type": "integer", "minimum": 1, "maximum": 1000, "description": "number of PGD steps"},
    "warm_up": {
        "type": "number",
        "minimum": 0,
        "maximum": 1,
        "description": "share of the training over which epsilon and step_size grow from 0",
    },
}

# For data sets of texts, instead of the above.
TEXT_SETTINGS = {
    "attacked_share": {
        "type": "number",
        "exclusiveMinimum": 0,
        "maximum": 1,
        "description": "share of each batch that is attacked",
    },
    "substitutions": {
        "type": "integer",
        "minimum": 1,
        "maximum": 1000,
        "description": "most words substituted in a text",
    },
    "neighbours": {
        "type": "integer",
        "minimum": 1,
        "maximum": 1000,
        "description": "number of a word's nearest neighbours that one is chosen from",
    },
    "warm_up": {
        "type": "number",
        "minimum": 0,
        "maximum": 1,
        "description": "share of the training over which the number of substitutions grows from 0",
    },
}


class Adversarial(Method):
    """Images: PGD in the L-infinity ball of radius `epsilon` from a random start, in 0..1. Texts: substituted words.

    A small network does not leave chance level when the ball is large from the start, so it grows (`warm_up`).
    """

    def attack(self, model: nn.Module, inputs: Tensor, labels: Tensor, scale: float = 1.0) -> Tensor:
        """Return inputs within `scale` * `epsilon` of the given ones and within 0..1 that raise the model's loss."""
        epsilon, step_size = scale * self.settings["epsilon"], scale * self.settings["step_size"]
        low, high = (inputs - epsilon).clamp_(min=0), (inputs + epsilon).clamp_(max=1)
        start = torch.empty_like(inputs).uniform_(-epsilon, epsilon, generator=self.torch_generator(inputs.device))
        adversarial = torch.clamp(inputs + start, low, high)
        with frozen(model):
            for _ in range(self.settings["steps"]):
                adversarial.requires_grad_(True)
                (gradient,) = torch.autograd.grad(functional.cross_entropy(model(adversarial), labels), adversarial)
                with torch.no_grad():
                    adversarial = torch.clamp(adversarial + step_size * gradient.sign(), low, high)
        return adversarial.detach()

    def attack_texts(self, model: nn.Module, tokens: Tensor, labels: Tensor, scale: float = 1.0) -> Tensor:
        """Return texts, int32 [n, words], the first `attacked_share` of them with up to `scale` * `substitutions`."""
        attacked = round(self.settings["attacked_share"] * len(tokens))
        count = round(scale * self.settings["substitutions"])
        changed = substitute(model, tokens[:attacked], labels[:attacked], count, self.settings["neighbours"])
        return torch.cat([changed, tokens[attacked:]])

    def loss(self, model: nn.Module, inputs: Tensor, labels: Tensor, progress: float) -> Tensor:
        """Return the cross-entropy of the adversarial inputs (of texts, beside the rest of the batch)."""
        warm_up = self.settings["warm_up"]
        scale = min(1.0, progress / warm_up) if warm_up else 1.0
        attack = self.attack if inputs.is_floating_point() else self.attack_texts
        return functional.cross_entropy(model(attack(model, inputs, labels, scale)), labels)


METHOD = Adversarial
