"""Emoji in Google's drawings (Noto), sorted into nine categories: drawings and no photographs."""

from pathlib import Path

from quantshift import emoji
from quantshift.splits import Raw

ARTIFACT = "emoji_google"
CLASSES = 9
COUNTS = (1_298, 608)  # training, test
INPUT = "image"
SHAPE = (3, 32, 32)


def read(folder: Path) -> Raw:
    """Return the emoji of the fetched `folder`, 1,298 for training and 608 for test; see `emoji.read` for the order.

    Raises:
        QuantshiftError: a file is missing or damaged.
    """
    return Raw(*emoji.read(folder, "google", "train", SHAPE), *emoji.read(folder, "google", "test", SHAPE))
