"""The vocabulary: a token id for each word, by descending frequency in the training texts."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from quantshift.core.errors import QuantshiftError
from quantshift.data.text.words import words
from quantshift.storage.files import read_json, remedy, write_json

PADDING = 0
UNKNOWN = 1
# The first two entries of the vocabulary's file, which are not words.
RESERVED = ("", "<unknown>")


class Vocabulary:
    """Encodes words as token ids: 0 is padding, 1 an unknown word, and the words follow.

    Args:
        entries: `RESERVED`, followed by the words.
    """

    def __init__(self, entries: Sequence[str]) -> None:
        """Store the entries."""
        self.entries = tuple(entries)
        self.ids = {word: number for number, word in enumerate(self.entries) if number > UNKNOWN}

    def __len__(self) -> int:
        """Return the number of entries, including the two reserved ones."""
        return len(self.entries)

    def encode(self, texts: Sequence[str], length: int) -> NDArray[np.int32]:
        """Return the ids of each text's last `length` words, int32 [texts, length], padded with 0 at the start."""
        id_of = self.ids.get
        encoded = np.full((len(texts), length), PADDING, dtype=np.int32)
        for row, text in zip(encoded, texts, strict=True):
            # For no words, the slice [-0:] would be the whole row.
            if last := words(text)[-length:]:
                row[-len(last) :] = [id_of(word, UNKNOWN) for word in last]
        return encoded


def build(texts: Iterable[str], size: int) -> Vocabulary:
    """Return the vocabulary of the most frequent words of `texts`, at most `size` entries; ties are alphabetical."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(words(text))
    by_frequency = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return Vocabulary([*RESERVED, *(word for word, _ in by_frequency[: size - len(RESERVED)])])


def write(vocabulary: Vocabulary, path: Path) -> None:
    """Write the entries as a JSON list."""
    write_json(path, list(vocabulary.entries))


def read(path: Path, size: int) -> Vocabulary:
    """Read a vocabulary of at most `size` entries.

    Raises:
        QuantshiftError: the file is missing or damaged, or is not a vocabulary of at most that size.
    """
    entries = read_json(path)
    if (
        not isinstance(entries, list)
        or not all(isinstance(entry, str) for entry in entries)
        or tuple(entries[: len(RESERVED)]) != RESERVED
        or len(set(entries)) != len(entries)
        or len(entries) > size
    ):
        raise QuantshiftError(
            f"{path} is not a vocabulary: expected a list of {RESERVED[0]!r}, {RESERVED[1]!r} and up to "
            f"{size - len(RESERVED)} different words; {remedy(path)}"
        )
    return Vocabulary(entries)
