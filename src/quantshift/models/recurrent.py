"""Recurrent networks: one that tells the class of a text, and how one is known."""

import torch
from torch import Tensor, nn
from torch.nn import functional


class SpatialDropout(nn.Module):
    """Drops dimensions of an embedding for all words of a text (Tompson et al., arXiv 1411.4280, section 3.2).

    Args:
        share: probability of a dimension to be dropped.
    """

    def __init__(self, share: float) -> None:
        """Keep the share."""
        super().__init__()
        self.share = share

    def forward(self, embedded: Tensor) -> Tensor:
        """Return embeddings [n, words, width] in the same shape; outside of training they are as they were."""
        if not self.training:
            return embedded
        kept = torch.ones_like(embedded[:, :1])
        return embedded * functional.dropout(kept, self.share)


class RecurrentClassifier(nn.Module):
    """Embedding, spatial dropout, one recurrent layer, dropout, and a dense layer on the last word's output.

    First weights are drawn as Keras does, which the study of arXiv 2204.04220 used: torch's own embedding starts twenty
    times as large, and then a few epochs are not enough to learn from.

    Args:
        recurrent: an LSTM or a GRU of one layer, with `batch_first`.
        tokens: entries of the vocabulary.
        classes: number of logits.
        dropout: share of what either dropout drops.
    """

    def __init__(self, recurrent: nn.LSTM | nn.GRU, tokens: int, classes: int, dropout: float) -> None:
        """Make the layers and draw the first weights."""
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
            # The gate that forgets starts open (Jozefowicz et al., ICML 2015).
            nn.init.ones_(parameters["bias_ih_l0"].chunk(gates)[1])
        nn.init.xavier_uniform_(self.dense.weight)
        nn.init.zeros_(self.dense.bias)

    def embed(self, tokens: Tensor) -> Tensor:
        """Return the embeddings, float [n, words, width], of the numbers of words, int [n, words]."""
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
    """Return whether a network has a recurrent layer: through those no integers run."""
    return any(isinstance(layer, nn.RNNBase) for layer in model.modules())
