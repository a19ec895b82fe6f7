"""Continued training, the control of quantization-aware training: equally long, but without rounding.

It starts from the same weights and uses the hyperparameters of `qat`, the same order of batches and the same treatment
of batch normalization (folded into convolutions, statistics frozen), so that rounding is the only difference.
"""

from torch import nn

from quantshift.models.recurrent import is_recurrent
from quantshift.training.integer_graph import folded_graph
from quantshift.training.method import Method

# The method whose hyperparameters this method uses, except for those specific to it; the config has no others.
SETTINGS_OF = "qat"
SETTINGS: dict[str, object] = {}


class Continued(Method):
    """The cross-entropy of the training inputs, for a network prepared as for `qat`."""

    capturable = True
    lowest_precision = "tf32"  # that of `qat`

    def prepare(self, model: nn.Module) -> nn.Module:
        """Return the model as `qat` prepares it, but in floating point; it shares the model's weights."""
        return model if is_recurrent(model) else folded_graph(model)


METHOD = Continued
