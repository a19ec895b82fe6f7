"""Quantization-aware training: fine-tuning with fake quantization (Jacob et al., arXiv 1712.05877).

Of networks for images, weights and activations are rounded, and the learned ranges go on to the `static` scheme. No
integers run through recurrent layers, so of these networks the weights alone are rounded, as the `weight_only` scheme
does. Either way the float32 model is the float twin, with the trained weights and no rounding.
"""

from collections.abc import Sequence
from types import ModuleType
from typing import Any

import numpy as np
from torch import fx, nn
from torch.utils.hooks import RemovableHandle

from quantshift.models.recurrent import is_recurrent
from quantshift.training.integer_graph import integer_graph, learned_ranges
from quantshift.training.method import ActivationRange, Method
from quantshift.training.recurrent_weights import round_weights, unround_weights

# Those of a modality lie in training/modalities/qat.
SETTINGS: dict[str, object] = {}


class QuantizationAware(Method):
    """Fake quantization of the weights and, where integer kernels compute, of the activations."""

    def __init__(
        self, settings: dict[str, Any], generator: np.random.Generator, part: ModuleType | None = None
    ) -> None:
        """Keep the settings; nothing is rounded yet."""
        super().__init__(settings, generator, part)
        self.handles: list[RemovableHandle] = []

    def prepare(self, model: nn.Module) -> nn.Module:
        """Return the model with fake quantization; it trains the model's own weights."""
        if is_recurrent(model):
            self.rounding = "weights"
            self.handles = round_weights(model)
            return model
        self.rounding = "weights and activations"
        return integer_graph(model, self.settings["range_momentum"])

    def resume(self, model: nn.Module, learned: Sequence[ActivationRange]) -> None:
        """Go on from learned ranges: batches move them from there."""
        if learned:
            assert isinstance(model, fx.GraphModule)
            for module, found in zip(learned_ranges(model), learned, strict=True):
                assert module.operator == found.operator
                module.resume(found.scale, found.zero_point)

    def ranges(self, model: nn.Module) -> list[ActivationRange]:
        """Return the learned ranges in the graph's order; none where the weights alone are rounded."""
        if not isinstance(model, fx.GraphModule):
            return []
        found = []
        for module in learned_ranges(model):
            scale, zero_point = module.grid()
            found.append(ActivationRange(module.operator, float(scale), int(zero_point)))
        return found

    def finish(self, model: nn.Module) -> None:
        """Take the rounding off the weights of a recurrent network: the float twin keeps them as trained."""
        if self.rounding == "weights":
            unround_weights(model, self.handles)


METHOD = QuantizationAware
