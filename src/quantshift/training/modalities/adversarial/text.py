"""Word substitution in texts (see quantshift.training.word_substitution).

As in arXiv 2204.04220, a part of each batch is attacked and the rest is unchanged.
"""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from quantshift.training.word_substitution import substitute

SETTINGS = {
    "attacked_share": {
        "type": "number",
        "exclusiveMinimum": 0,
        "maximum": 1,
        "description": "share of each batch that is attacked",
    },
    "substitutions": {
        "type": "integer",
        "minimum": 1,
        "maximum": 1000,
        "description": "maximum number of substituted words per text",
    },
    "neighbours": {
        "type": "integer",
        "minimum": 1,
        "maximum": 1000,
        "description": "number of nearest neighbours from which a word's substitute is chosen",
    },
}


# A CUDA graph cannot replay the attack: how many words are tried changes during the training.
CAPTURABLE = False


def draw(_like: Tensor, settings: Mapping[str, Any], scale: float, _generator: torch.Generator) -> tuple[int]:
    """Return the maximum number of words to substitute in a text: the attack draws nothing at random.

    Args:
        settings: see `SETTINGS`.
        scale: the attack's strength, 0..1.
    """
    return (round(scale * settings["substitutions"]),)


def attack(model: nn.Module, tokens: Tensor, labels: Tensor, settings: Mapping[str, Any], count: int) -> Tensor:
    """Return the texts, the first `attacked_share` of them with up to `count` words substituted.

    Args:
        model: a `TextModel`; it is not changed.
        tokens: token ids, int32 [n, words].
        labels: int64 [n].
        settings: see `SETTINGS`.
        count: maximum number of substitutions per text.

    Returns:
        int32 [n, words].
    """
    attacked = round(settings["attacked_share"] * len(tokens))
    changed = substitute(model, tokens[:attacked], labels[:attacked], count, settings["neighbours"])
    return torch.cat([changed, tokens[attacked:]])
