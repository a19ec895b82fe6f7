"""An attack on texts that replaces salient words by similar words that raise the loss.

All words of a text are replaced at once, by a first-order estimate of the loss (Ebrahimi et al., HotFlip, arXiv
1712.06751, section 3). Candidates are neighbours in the embedding space (Alzantot et al., arXiv 1804.07998). The study
(arXiv 2204.04220) trains on PWWS (Ren et al., ACL 2019) instead: PWWS replaces words by WordNet synonyms, measures
saliency and effect by running the model for every word and candidate, and replaces one word after another until the
prediction flips, which needs hundreds of runs per text. Here saliency is the norm of the loss's gradient, candidates
are the nearest words in the model's current embedding, and one run is enough; the number of replaced words is bounded,
not minimized. Neighbours are similar in their effect on the model's decision rather than in meaning.
"""

from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from quantshift.models.text import TextModel
from quantshift.training.frozen import frozen

# Ids below this are padding and the unknown word (see `data/text/vocabulary.py`), which are never replaced or inserted.
RESERVED = 2


def substitute(model: nn.Module, tokens: Tensor, labels: Tensor, count: int, neighbours: int) -> Tensor:
    """Return texts with up to `count` words each substituted so that the model's loss rises.

    Args:
        model: a `TextModel` with one `nn.Embedding`; it is not changed.
        tokens: token ids, int32 [n, words].
        labels: int64 [n].
        count: maximum number of substitutions per text: the words with the largest gradients are tried, and a word
            stays if no neighbour raises the loss.
        neighbours: number of nearest words (Euclidean distance) from which a substitute is chosen.

    Returns:
        int32 [n, words].
    """
    count = min(count, tokens.shape[1])
    if count == 0 or len(tokens) == 0:
        return tokens
    gradient = embedding_gradient(model, tokens, labels)
    with torch.no_grad():
        table = embedding_table(model)
        saliency = gradient.norm(dim=2).masked_fill(tokens < RESERVED, -1.0)
        salient, positions = saliency.topk(count, dim=1)
        words = tokens.gather(1, positions).long()
        slopes = gradient.gather(1, positions[:, :, None].expand(-1, -1, gradient.shape[2]))
        candidates = nearest(table, words, neighbours)
        # First-order change of the loss, [n, count, neighbours].
        gains = torch.einsum("ncw,nckw->nck", slopes, table[candidates] - table[words][:, :, None])
        gain, best = gains.max(dim=2)
        chosen = candidates.gather(2, best[:, :, None])[:, :, 0]
        unchanged = (gain <= 0) | (salient < 0)  # a saliency below 0 marks padding and unknown words
        return tokens.scatter(1, positions, torch.where(unchanged, words, chosen).to(tokens.dtype))


def embedding_gradient(model: nn.Module, tokens: Tensor, labels: Tensor) -> Tensor:
    """Return the gradient of each text's cross-entropy with respect to its embeddings, float [n, words, width]."""
    texts = cast(TextModel, model)
    with frozen(model):
        embedded = texts.embed(tokens).detach().requires_grad_(True)
        loss = functional.cross_entropy(texts.classify(embedded), labels, reduction="sum")
        (gradient,) = torch.autograd.grad(loss, embedded)
    return gradient


def nearest(table: Tensor, words: Tensor, count: int) -> Tensor:
    """Return each word's `count` nearest other words, int64 [..., count], by their rows in `table` [words, width]."""
    distinct, inverse = torch.unique(words, return_inverse=True)
    # Squared distances, without the term that is the same for all candidates.
    distances = table.square().sum(dim=1) - 2 * table[distinct] @ table.T
    distances[:, :RESERVED] = torch.inf
    distances.scatter_(1, distinct[:, None], torch.inf)
    count = min(count, len(table) - RESERVED - 1)
    return distances.topk(count, dim=1, largest=False).indices[inverse]


def embedding_table(model: nn.Module) -> Tensor:
    """Return the model's embedding table, float [words, width]."""
    (embedding,) = (module for module in model.modules() if isinstance(module, nn.Embedding))
    return embedding.weight.detach()
