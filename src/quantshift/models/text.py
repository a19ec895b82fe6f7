"""Text models as two parts, embedding and classifier, which training methods call separately."""

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from torch import Tensor, nn


@runtime_checkable
class TextModel(Protocol):
    """A text model whose logits are `classify(embed(tokens))`."""

    def embed(self, tokens: Tensor) -> Tensor:
        """Return the embeddings, float [n, words, width], of token ids, int [n, words]."""

    def classify(self, embedded: Tensor) -> Tensor:
        """Return the logits [n, classes] of embeddings, float [n, words, width]."""


def continuous_inputs(model: nn.Module, inputs: Tensor) -> tuple[Tensor, Callable[[Tensor], Tensor]]:
    """Return real-valued inputs and the function that maps them to logits.

    For a text model these are the embeddings and `classify`, for any other model the inputs and the model itself.
    """
    if isinstance(model, TextModel):
        return model.embed(inputs), model.classify
    return inputs, model
