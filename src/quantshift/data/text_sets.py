"""Shifted test sets of texts on the disk, as numbers of words and as texts: the work of the rule `text_shift`."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from quantshift.core import members
from quantshift.data import test_sets
from quantshift.data.labelled import read_truth
from quantshift.data.text import vocabulary
from quantshift.data.text.vocabulary import Vocabulary
from quantshift.data.text.words import plain
from quantshift.data.text_splits import TEXTS, VOCABULARY
from quantshift.data.windows import window
from quantshift.seeds import generator
from quantshift.storage.files import damaged, write_json
from quantshift.storage.records import read_as


def synthetic(
    *,
    dataset: str,
    collection: str,
    suite: str,
    shift: str,
    severity: int,
    limit: int | None,
    clean: Path,
    artifact: Path | None,
    target: Path,
) -> None:
    """Write shifted copies of the clean test texts, with the labels and sources of their originals.

    Args:
        dataset: name of the data set.
        collection: folder of `shifts` that has the shift.
        suite: name of the suite, which is the collection's or the user's own.
        shift: name of the shift.
        severity: 1 to 5, or 0 for a shift with one level.
        limit: number of texts that are shifted, the shift's window (see `windows`); None takes all.
        clean: folder of the clean test set, beside which the vocabulary lies.
        artifact: the fetched folder of the artifact that the shift needs, or None.
        target: folder to write.

    Raises:
        QuantshiftError: a file is missing or damaged.
    """
    labels, sources = read_truth(clean)
    texts = read_texts(clean / TEXTS, len(labels))
    index = window(dataset, collection, shift, sources, limit)
    chosen = [texts[number] for number in index]
    random = generator("shift", dataset, suite, shift, severity)
    needed = () if artifact is None else (artifact,)
    shifted = members.load(f"shifts/{collection}", shift).apply(chosen, severity, random, *needed)
    known = _vocabulary(dataset, clean.parent)
    _write(target, dataset, known, shifted, labels[index], sources[index])


def natural(
    *, dataset: str, collection: str, shift: str, limit: int | None, artifact: Path, folder: Path, target: Path
) -> None:
    """Write a test set of other texts, in the words of the data set's vocabulary.

    Sources are negative and differ from shift to shift, so that no text is taken for another one.

    Args:
        dataset: name of the data set.
        collection: folder of `shifts` that has the shift.
        shift: name of the shift.
        limit: number of texts, a random sample (see `windows`); None takes all.
        artifact: the fetched folder of the artifact that the shift is read from.
        folder: the data set's folder, which has the vocabulary.
        target: folder to write.

    Raises:
        QuantshiftError: a file is missing or damaged.
    """
    texts, labels = members.load(f"shifts/{collection}", shift).load(artifact)
    sources = test_sets.foreign(collection, shift, len(labels))
    index = window(dataset, collection, shift, sources, limit)
    chosen = [plain(text) for text in texts[index]]
    _write(target, dataset, _vocabulary(dataset, folder), chosen, labels[index], sources[index])


def read_texts(path: Path, count: int) -> list[str]:
    """Read `count` texts.

    Raises:
        QuantshiftError: the file is missing or damaged, or has another number of texts.
    """
    expected = f"a list of {count} texts"
    texts = read_as(path, list[str], expected)
    if len(texts) != count:
        raise damaged(path, expected, ValueError(f"it holds {len(texts)}"))
    return texts


def _vocabulary(dataset: str, folder: Path) -> Vocabulary:
    return vocabulary.read(folder / VOCABULARY, members.constants(f"datasets/{dataset}")["TOKENS"])


def _write(
    target: Path,
    dataset: str,
    known: Vocabulary,
    texts: Sequence[str],
    labels: NDArray[np.int64],
    sources: NDArray[np.int64],
) -> None:
    (length,) = members.constants(f"datasets/{dataset}")["SHAPE"]
    test_sets.write(target, known.encode(texts, length), labels, sources)
    write_json(target / TEXTS, list(texts))
