"""Continued training, the control of quantization-aware training: trained on for as long, and nothing is rounded.

It starts from the same weights and has the hyperparameters of `qat`, the same order of batches and the same treatment
of batch normalization (folded into convolutions, statistics frozen), so that the rounding is the only difference.
"""

from torch import nn

from quantshift.models.recurrent import is_recurrent
from quantshift.training.integer_graph import folded_graph
from quantshift.training.method import Method

# The method whose hyperparameters this one has, but for those that are that method's alone; the config has no others.
SETTINGS_OF = "qat"
SETTINGS: dict[str, object] = {}


class Continued(Method):
    """The cross-entropy of the training inputs, of a network that is prepared as `qat` prepares it."""

    def prepare(self, model: nn.Module) -> nn.Module:
        """Return the model as `qat` trains it, in floating point; it trains the model's own weights."""
        return model if is_recurrent(model) else folded_graph(model)


METHOD = Continued
