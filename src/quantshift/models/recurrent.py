"""Recurrent networks for classifying texts."""

import torch
from torch import Tensor, nn
from torch.nn import functional


class SpatialDropout(nn.Module):
    """Drops dimensions of an embedding for all words of a text (Tompson et al., arXiv 1411.4280, section 3.2).

    Args:
        rate: probability that a dimension is dropped.
    """

    def __init__(self, rate: float) -> None:
        """Store the rate."""
        super().__init__()
        self.rate = rate

    def forward(self, embedded: Tensor) -> Tensor:
        """Return embeddings [n, words, width] in the same shape; outside of training they are unchanged."""
        if not self.training:
            return embedded
        mask = functional.dropout(torch.ones_like(embedded[:, :1]), self.rate)
        return embedded * mask


class RecurrentClassifier(nn.Module):
    """Embedding, spatial dropout, one recurrent layer, dropout, and a dense layer on the last word's output.

    Initial weights are drawn as in Keras, which arXiv 2204.04220 used: torch's default embedding starts twenty times as
    large, and a few epochs are then not enough to learn.

    Args:
        recurrent: a one-layer LSTM or GRU with `batch_first`.
        tokens: size of the vocabulary.
        classes: number of logits.
        dropout: rate of both dropouts.
    """

    def __init__(self, recurrent: nn.LSTM | nn.GRU, tokens: int, classes: int, dropout: float) -> None:
        """Create the layers and draw the initial weights."""
        super().__init__()
        self.embedding = nn.Embedding(tokens, recurrent.input_size)
        self.spatial_dropout = SpatialDropout(dropout)
        self.recurrent = recurrent
        self.dropout = nn.Dropout(dropout)
        self.dense = nn.Linear(recurrent.hidden_size, classes)
        nn.init.uniform_(self.embedding.weight, -0.05, 0.05)
        parameters = {name: parameter.detach() for name, parameter in recurrent.named_parameters()}
        gates = len(parameters["weight_ih_l0"]) // recurrent.hidden_size
        for gate in parameters["weight_ih_l0"].chunk(gates):
            nn.init.xavier_uniform_(gate)
        for gate in parameters["weight_hh_l0"].chunk(gates):
            nn.init.orthogonal_(gate)
        nn.init.zeros_(parameters["bias_ih_l0"])
        nn.init.zeros_(parameters["bias_hh_l0"])
        if isinstance(recurrent, nn.LSTM):
            # Start with an open forget gate (Jozefowicz et al., ICML 2015).
            nn.init.ones_(parameters["bias_ih_l0"].chunk(gates)[1])
        nn.init.xavier_uniform_(self.dense.weight)
        nn.init.zeros_(self.dense.bias)

    def embed(self, tokens: Tensor) -> Tensor:
        """Return the embeddings, float [n, words, width], of token ids, int [n, words]."""
        embedded: Tensor = self.embedding(tokens)
        return embedded

    def classify(self, embedded: Tensor) -> Tensor:
        """Return the logits [n, classes] of embeddings, float [n, words, width]."""
        _, last = self.recurrent(self.spatial_dropout(embedded))
        output = last[0] if isinstance(last, tuple) else last
        logits: Tensor = self.dense(self.dropout(output[0]))
        return logits

    def forward(self, tokens: Tensor) -> Tensor:
        """Return the logits [n, classes] of texts, int [n, words]."""
        return self.classify(self.embed(tokens))


def is_recurrent(model: nn.Module) -> bool:
    """Return whether a network has a recurrent layer."""
    return any(isinstance(layer, nn.RNNBase) for layer in model.modules())
