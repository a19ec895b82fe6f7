"""A text classifier with one layer of GRU units, as in arXiv 2204.04220."""

from torch import nn

from quantshift.models.recurrent import RecurrentClassifier

MODALITY = "text"
FACTS = ("tokens",)  # facts about the data set that `build` needs besides shape and classes

WIDTH = 128
UNITS = 75
DROPOUT = 0.3


def build(shape: tuple[int, ...], classes: int, *, tokens: int) -> nn.Module:
    """Return an untrained network.

    Args:
        shape: (words,) of one text; any number is allowed.
        classes: number of logits.
        tokens: size of the vocabulary.
    """
    return RecurrentClassifier(nn.GRU(WIDTH, UNITS, batch_first=True), tokens, classes, DROPOUT)
