"""Quantization-aware training: fine-tuning with fake quantization (Jacob et al., arXiv 1712.05877).

In image networks, weights and activations are rounded, and the `static` scheme uses the learned ranges. Recurrent
layers do not run on integers, so in recurrent networks only the weights are rounded, as in the `weight_only` scheme. In
both cases the float32 model has the trained weights and no rounding.
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

# Settings of each modality are in training/modalities/qat.
SETTINGS: dict[str, object] = {}


class QuantizationAware(Method):
    """Fake quantization of the weights and, where integer kernels are used, of the activations."""

    capturable = True
    # The 8 significant bits of bfloat16 are too few to hold values on a grid of 256 levels with an arbitrary scale.
    lowest_precision = "tf32"

    def __init__(
        self, settings: dict[str, Any], generator: np.random.Generator, part: ModuleType | None = None
    ) -> None:
        """Store the settings; nothing is rounded yet."""
        super().__init__(settings, generator, part)
        self.handles: list[RemovableHandle] = []

    def prepare(self, model: nn.Module) -> nn.Module:
        """Return the model with fake quantization; it shares the model's weights."""
        if is_recurrent(model):
            self.rounding = "weights"
            self.handles = round_weights(model)
            return model
        self.rounding = "weights and activations"
        return integer_graph(model, self.settings["range_momentum"])

    def resume(self, model: nn.Module, learned: Sequence[ActivationRange]) -> None:
        """Continue from learned ranges."""
        if learned:
            assert isinstance(model, fx.GraphModule)
            for module, entry in zip(learned_ranges(model), learned, strict=True):
                assert module.operator == entry.operator
                module.resume(entry.scale, entry.zero_point)

    def ranges(self, model: nn.Module) -> list[ActivationRange]:
        """Return the learned ranges in the graph's order; none if only the weights are rounded."""
        if not isinstance(model, fx.GraphModule):
            return []
        ranges = []
        for module in learned_ranges(model):
            scale, zero_point = module.grid()
            ranges.append(ActivationRange(module.operator, float(scale), int(zero_point)))
        return ranges

    def finish(self, model: nn.Module) -> None:
        """Remove the rounding of a recurrent network's weights."""
        if self.rounding == "weights":
            unround_weights(model, self.handles)


METHOD = QuantizationAware
