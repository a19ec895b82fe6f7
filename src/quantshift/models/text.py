"""What a model of texts offers beside its logits: its two halves, which training methods use one by one."""

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from torch import Tensor, nn


@runtime_checkable
class TextModel(Protocol):
    """A model whose logits are `classify(embed(tokens))`."""

    def embed(self, tokens: Tensor) -> Tensor:
        """Return the embeddings, float [n, words, width], of the numbers of words, int [n, words]."""

    def classify(self, embedded: Tensor) -> Tensor:
        """Return the logits [n, classes] of embeddings, float [n, words, width]."""


def halves(model: nn.Module, inputs: Tensor) -> tuple[Tensor, Callable[[Tensor], Tensor]]:
    """Return what inputs are as real numbers, and what makes logits of that.

    These are the embeddings and the rest of a model that has such halves, or else the inputs and the model.
    """
    if isinstance(model, TextModel):
        return model.embed(inputs), model.classify
    return inputs, model
