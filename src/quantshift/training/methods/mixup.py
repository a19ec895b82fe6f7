"""Mixup: training on convex combinations of pairs of inputs and labels (Zhang et al., arXiv 1710.09412).

Texts are mixed as embeddings, word position by word position (wordMixup of Guo, Mao and Zhang, arXiv 1905.08941).
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from quantshift.models.text import continuous_inputs
from quantshift.training.method import Method

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

    def mix(self, inputs: Tensor) -> tuple[Tensor, Tensor, float]:
        """Return the mixed inputs, the index of each input's partner (int64 [n]) and the weight of the input itself."""
        weight = float(self.generator.beta(self.settings["alpha"], self.settings["alpha"]))
        partner = torch.from_numpy(self.generator.permutation(len(inputs))).to(inputs.device)
        return torch.lerp(inputs[partner], inputs, weight), partner, weight

    def loss(self, model: nn.Module, inputs: Tensor, labels: Tensor, progress: float) -> Tensor:
        """Return the cross-entropy of mixed inputs with both labels, weighted like the inputs."""
        values, to_logits = continuous_inputs(model, inputs)
        mixed, partner, weight = self.mix(values)
        logits = to_logits(mixed)
        own = functional.cross_entropy(logits, labels)
        other = functional.cross_entropy(logits, labels[partner])
        return weight * own + (1 - weight) * other


METHOD = Mixup
