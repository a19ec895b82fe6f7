"""Fake quantization of the weights of recurrent networks.

Each row of the embedding, of the gates' matrices and of a dense layer has its own scale, as in the `weight_only`
scheme.
"""

from torch import Tensor, nn
from torch.nn import functional
from torch.utils.hooks import RemovableHandle

from quantshift.training.fake_quantization import FakeQuantizedWeight

ROUNDED = FakeQuantizedWeight()


def round_weights(model: nn.Module) -> list[RemovableHandle]:
    """Make the embeddings, recurrent and dense layers of `model` compute with rounded weights, in place.

    Return the handles with which `unround_weights` undoes this.
    """
    handles = []
    for layer in list(model.modules()):
        if isinstance(layer, nn.Embedding):
            # Only the looked-up rows are rounded, since a batch has far fewer words than the vocabulary.
            handles.append(layer.register_forward_hook(round_rows))
        elif isinstance(layer, nn.RNNBase):
            handles.append(layer.register_forward_pre_hook(round_matrices))
        elif isinstance(layer, nn.Linear):
            handles.append(layer.register_forward_hook(round_dense))
    return handles


def round_rows(_layer: nn.Module, _inputs: tuple[Tensor, ...], embedded: Tensor) -> Tensor:
    """Return embeddings [n, words, width] rounded row by row."""
    rounded: Tensor = ROUNDED(embedded.flatten(0, -2)).view_as(embedded)
    return rounded


def round_dense(layer: nn.Module, inputs: tuple[Tensor, ...], _logits: Tensor) -> Tensor:
    """Return the output of a dense layer with a rounded weight, which replaces its own output."""
    assert isinstance(layer, nn.Linear)
    return functional.linear(inputs[0], ROUNDED(layer.weight), layer.bias)


def round_matrices(layer: nn.Module, _inputs: tuple[Tensor, ...]) -> None:
    """Give a recurrent layer rounded matrices for one step: parametrizations do not reach its list of flat weights."""
    assert isinstance(layer, nn.RNNBase)
    weights = [getattr(layer, name) for name in layer._flat_weights_names]
    layer._flat_weights = [ROUNDED(weight) if weight.ndim == 2 else weight for weight in weights]


def unround_weights(model: nn.Module, handles: list[RemovableHandle]) -> None:
    """Undo `round_weights` in place, so that `model` computes with its trained weights."""
    for handle in handles:
        handle.remove()
    for layer in model.modules():
        if isinstance(layer, nn.RNNBase):
            layer._flat_weights = [getattr(layer, name) for name in layer._flat_weights_names]
