"""Texts as the report shows them: as the beginning of what models read of them."""

from collections.abc import Sequence
from pathlib import Path

from quantshift.report.thumbnails import excerpt
from quantshift.storage.records import read_as


def shown(folder: Path, numbers: Sequence[int], shape: Sequence[int]) -> list[str]:
    """Return the beginning of what is read of each text of a test set.

    Args:
        folder: the test set's.
        numbers: the texts' places in it.
        shape: (words,): how many of a text's last words are read.

    Raises:
        QuantshiftError: the file is missing or damaged.
    """
    (words,) = shape
    texts = read_as(folder / "texts.json", list[str], "a list of texts")
    return [excerpt(texts[number], words) for number in numbers]
