"""Emoji in Google's drawings (Noto), sorted into nine categories: a demonstration, with drawings and no photographs.

It stands in for iWildCam, whose pictures are 12 GB.
"""

from pathlib import Path

from quantshift.data.sources import emoji
from quantshift.data.splits import Raw

ARTIFACT = "emoji_google"
CLASSES = 9
COUNTS = (1_286, 585)  # training, test
INPUT = "image"
SHAPE = (3, 32, 32)


def read(folder: Path) -> Raw:
    """Return the emoji of the fetched `folder`, 1,286 for training and 585 for test; see `emoji.read` for the order.

    Emoji that show the same are of one source: a man, a woman and a person who run. So are near copies, such as all
    clock faces.

    Raises:
        QuantshiftError: a file is missing or damaged.
    """
    train, train_labels, train_sources = emoji.read(folder, "google", "train", SHAPE)
    test, test_labels, test_sources = emoji.read(folder, "google", "test", SHAPE)
    return Raw(train, train_labels, test, test_labels, train_sources, test_sources)
