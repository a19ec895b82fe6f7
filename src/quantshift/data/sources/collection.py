"""Labelled texts from a source that may be sorted or have duplicates: each text once, in pseudo-random order."""

import hashlib
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

# An object array [n] of str, and int64 labels [n].
Labelled = tuple[NDArray[Any], NDArray[np.int64]]


def distinct(pairs: Iterable[tuple[str, int]], without: Iterable[str] = ()) -> Labelled:
    """Return each text once, ordered by the SHA-256 of the text, so that the first texts are a random sample.

    The relative order of two texts depends only on these texts. Texts with two different labels are left out, since
    either label may be wrong.

    Args:
        pairs: texts and labels.
        without: further texts to leave out.
    """
    labels: dict[str, int] = {}
    left_out = set(without)
    for text, label in pairs:
        if labels.setdefault(text, label) != label:
            left_out.add(text)
    texts = sorted(labels.keys() - left_out, key=_digest)
    return array(texts), np.array([labels[text] for text in texts], dtype=np.int64)


def array(texts: list[str]) -> NDArray[Any]:
    """Return an object array [n] of texts."""
    # np.array() would pad each text to the length of the longest.
    objects = np.empty(len(texts), dtype=object)
    objects[:] = texts
    return objects


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
