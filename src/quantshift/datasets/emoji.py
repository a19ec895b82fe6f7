"""Emoji in Google's drawings (Noto), in nine categories.

They are a demonstration: drawings instead of photographs. They replace iWildCam, which has 12 GB.
"""

from pathlib import Path

from quantshift.core.dataset_facts import facts_of
from quantshift.data.sources import emoji
from quantshift.data.splits import Raw


def read(folder: Path) -> Raw:
    """Return the emoji of the fetched `folder`, 1,286 for training and 585 for testing; see `emoji.read` for the order.

    Emoji of the same motif have the same source, such as a running man, a running woman and a running person. Near
    copies, such as all clock faces, have one source too.

    Raises:
        QuantshiftError: a file is missing or damaged.
    """
    shape = facts_of("emoji").shape
    train, train_labels, train_sources = emoji.read(folder, "google", "train", shape)
    test, test_labels, test_sources = emoji.read(folder, "google", "test", shape)
    return Raw(train, train_labels, test, test_labels, train_sources, test_sources)
