"""An attack on texts: salient words become near ones that raise the loss, all at once and to first order.

Source of the first-order choice: Ebrahimi et al., HotFlip, arXiv 1712.06751, section 3; of neighbours in the space of
embeddings as substitutes: Alzantot et al., arXiv 1804.07998. The study (arXiv 2204.04220) trains on PWWS (Ren et al.,
ACL 2019), which this stands in for and does not equal: PWWS takes WordNet's synonyms, measures saliency and effect by
running the model for every word and candidate, and substitutes one word after another until the prediction flips,
which is hundreds of runs for a text. Here saliency is the norm of the loss's gradient, candidates are the nearest
words in the model's own embedding as it is at that step, and one run serves all; the number of words is bounded and
not minimised. Neighbours keep a word's part in the model's decision rather than its meaning.
"""

from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from quantshift.models.text import TextModel
from quantshift.training.frozen import frozen

# The vocabulary's padding and unknown word (see `texts/vocabulary.py`), which are neither replaced nor replacements.
RESERVED = 2


def substitute(model: nn.Module, tokens: Tensor, labels: Tensor, count: int, neighbours: int) -> Tensor:
    """Return texts in which up to `count` words each are substituted so that the model's loss rises.

    Args:
        model: a `TextModel` with one `nn.Embedding`; it is left as it was.
        tokens: numbers of words, int32 [n, words].
        labels: int64 [n].
        count: most substitutions in a text: the words with the largest gradients are tried, and those stay for which
            no neighbour raises the loss.
        neighbours: number of nearest words (Euclidean distance) that a substitute is chosen from.

    Returns:
        int32 [n, words].
    """
    count = min(count, tokens.shape[1])
    if count == 0 or len(tokens) == 0:
        return tokens
    gradient = embedding_gradient(model, tokens, labels)
    with torch.no_grad():
        table = table_of(model)
        saliency = gradient.norm(dim=2).masked_fill(tokens < RESERVED, -1.0)
        salient, places = saliency.topk(count, dim=1)
        words = tokens.gather(1, places).long()
        slopes = gradient.gather(1, places[:, :, None].expand(-1, -1, gradient.shape[2]))
        candidates = nearest(table, words, neighbours)
        # The loss's change to first order, [n, count, neighbours].
        gains = torch.einsum("ncw,nckw->nck", slopes, table[candidates] - table[words][:, :, None])
        gain, best = gains.max(dim=2)
        chosen = candidates.gather(2, best[:, :, None])[:, :, 0]
        kept = (gain <= 0) | (salient < 0)  # a saliency below 0 marks padding and unknown words
        return tokens.scatter(1, places, torch.where(kept, words, chosen).to(tokens.dtype))


def embedding_gradient(model: nn.Module, tokens: Tensor, labels: Tensor) -> Tensor:
    """Return the gradient of each text's cross-entropy by its embeddings, float [n, words, width]."""
    texts = cast(TextModel, model)
    with frozen(model):
        embedded = texts.embed(tokens).detach().requires_grad_(True)
        loss = functional.cross_entropy(texts.classify(embedded), labels, reduction="sum")
        (gradient,) = torch.autograd.grad(loss, embedded)
    return gradient


def nearest(table: Tensor, words: Tensor, count: int) -> Tensor:
    """Return each word's `count` nearest other words, int64 [..., count], by their rows in `table` [words, width]."""
    distinct, places = torch.unique(words, return_inverse=True)
    # Of the squared distances, what differs between candidates.
    distances = table.square().sum(dim=1) - 2 * table[distinct] @ table.T
    distances[:, :RESERVED] = torch.inf
    distances.scatter_(1, distinct[:, None], torch.inf)
    count = min(count, len(table) - RESERVED - 1)
    return distances.topk(count, dim=1, largest=False).indices[places]


def table_of(model: nn.Module) -> Tensor:
    """Return the model's embedding table, float [words, width]."""
    (embedding,) = (module for module in model.modules() if isinstance(module, nn.Embedding))
    return embedding.weight.detach()
