"""Mixup: training on convex combinations of pairs of inputs and labels (Zhang et al., arXiv 1710.09412).

Texts are mixed as embeddings, word position by word position (wordMixup of Guo, Mao and Zhang, arXiv 1905.08941).
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from quantshift.models.text import continuous_inputs
from quantshift.training.method import Drawn, Method

SETTINGS = {
    "alpha": {
        "type": "number",
        "exclusiveMinimum": 0,
        "maximum": 1000,
        "description": "both parameters of the Beta distribution that the mixing weight is drawn from",
    },
}


class Mixup(Method):
    """One mixing weight per batch, drawn from Beta(alpha, alpha), as in the paper's algorithm."""

    capturable = True

    def draw(self, like: Tensor, progress: float) -> tuple[float, float, Tensor]:
        """Return the weight of the input itself, that of its partner, and the index of each partner (int64 [n])."""
        weight = float(self.generator.beta(self.settings["alpha"], self.settings["alpha"]))
        return weight, 1 - weight, torch.from_numpy(self.generator.permutation(len(like)))

    def loss(
        self, model: nn.Module, inputs: Tensor, labels: Tensor, weight: Drawn, rest: Drawn, partner: Tensor
    ) -> Tensor:
        """Return the cross-entropy of mixed inputs with both labels, weighted like the inputs."""
        values, to_logits = continuous_inputs(model, inputs)
        logits = to_logits(mix(values, weight, partner))
        own = functional.cross_entropy(logits, labels)
        other = functional.cross_entropy(logits, labels[partner])
        return weight * own + rest * other


def mix(inputs: Tensor, weight: Drawn, partner: Tensor) -> Tensor:
    """Return each input [n, ...] with this weight, plus its partner with the rest of the weight."""
    return torch.lerp(inputs[partner], inputs, weight)


METHOD = Mixup
