"""What a model of texts offers beside its logits: its two halves, which training methods use one by one."""

from typing import Protocol

from torch import Tensor


class TextModel(Protocol):
    """A model whose logits are `classify(embed(tokens))`."""

    def embed(self, tokens: Tensor) -> Tensor:
        """Return the embeddings, float [n, words, width], of the numbers of words, int [n, words]."""

    def classify(self, embedded: Tensor) -> Tensor:
        """Return the logits [n, classes] of embeddings, float [n, words, width]."""
