"""Texts: word ids, int32 [n, words], which are fed to models unchanged.

Models take word ids and shifts need texts, so both are stored: the ids as `inputs.npy`, and the texts, without remnants
of web pages, as `texts.json` (a list in the same order). `vocabulary.json` lists the words of the ids.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantshift.data.labelled import read_truth
from quantshift.data.modalities import DATASET_FILE, SIDE_FILE, DataSet
from quantshift.data.stored import Stored
from quantshift.data.text import vocabulary
from quantshift.data.text.vocabulary import UNKNOWN, Vocabulary
from quantshift.data.text.words import plain
from quantshift.storage.files import damaged
from quantshift.storage.records import read_as

STORED = "int32"
FED = "int32"
FULL_SCALE = None
CHANNEL_AXES = 0
INPUTS = "inputs.npy"
FACTS = ("tokens",)
SHIFTED = ("texts.json",)
ENCODED_WITH = ("vocabulary.json",)
SHOWN = "texts.json"
NATURAL_ORDER = -1


def fault(texts: Any, _: Sequence[int]) -> str | None:
    """Return a description of what is wrong with texts that a data set's reader returns, or None."""
    dtype = getattr(texts, "dtype", None)
    if dtype is None or dtype.kind in "UO":
        return None
    return f"inputs {dtype} {list(texts.shape)}, expected texts (strings)"


def split(texts: Mapping[str, Sequence[str]], dataset: DataSet) -> tuple[dict[str, Stored], list[str]]:
    """Return the stored texts of each split, and the vocabulary of the training split."""
    cleaned = {name: [plain(text) for text in part] for name, part in texts.items()}
    words = vocabulary.build(cleaned["train"], dataset.modality_facts["tokens"])
    return {name: _stored(part, words, dataset) for name, part in cleaned.items()}, list(words.entries)


def read(clean: Path) -> tuple[list[str], NDArray[np.int64], NDArray[np.int64]]:
    """Return the clean test set in the folder `clean` for shifts: texts, labels [n] and sources [n].

    Raises:
        QuantshiftError: a file is missing, damaged or inconsistent with the others.
    """
    labels, sources = read_truth(clean)
    return read_texts(clean / SIDE_FILE, len(labels)), labels, sources


def shifted(
    texts: Sequence[str], index: NDArray[np.int64], change: Callable[[list[str]], list[str]], dataset: DataSet
) -> Stored:
    """Return shifted copies of the texts at `index`.

    Args:
        texts: texts of the clean test set.
        index: [k], indices of the texts to shift.
        change: the shift.
        dataset: the data set of the texts, with the vocabulary that encodes them.

    Raises:
        QuantshiftError: the vocabulary is missing or damaged.
    """
    return _stored(change([texts[position] for position in index]), _vocabulary(dataset), dataset)


def encoded(texts: Sequence[str], dataset: DataSet) -> Stored:
    """Return other texts in stored form, encoded with the data set's vocabulary.

    Raises:
        QuantshiftError: the vocabulary is missing or damaged.
    """
    return _stored([plain(text) for text in texts], _vocabulary(dataset), dataset)


def random_inputs(
    count: int, shape: Sequence[int], facts: Mapping[str, int], random: np.random.Generator
) -> NDArray[np.int32]:
    """Return texts of random known words, int32 [count, words]."""
    return random.integers(UNKNOWN + 1, facts["tokens"], (count, *shape), dtype=np.int32)


def read_texts(path: Path, count: int) -> list[str]:
    """Read `count` texts.

    Raises:
        QuantshiftError: the file is missing or damaged, or has a different number of texts.
    """
    expected = f"a list of {count} texts"
    texts = read_as(path, list[str], expected)
    if len(texts) != count:
        raise damaged(path, expected, ValueError(f"it holds {len(texts)}"))
    return texts


def _vocabulary(dataset: DataSet) -> Vocabulary:
    return vocabulary.read(dataset.folder / DATASET_FILE, dataset.modality_facts["tokens"])


def _stored(texts: Sequence[str], words: Vocabulary, dataset: DataSet) -> Stored:
    (length,) = dataset.shape
    return Stored.of(words.encode(texts, length), list(texts))
