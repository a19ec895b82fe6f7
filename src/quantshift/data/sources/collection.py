"""Labelled texts from a source that has them sorted or twice: each text once, in an order that tells nothing."""

import hashlib
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

# An object array [n] of str, and int64 labels [n].
Labelled = tuple[NDArray[Any], NDArray[np.int64]]


def distinct(pairs: Iterable[tuple[str, int]], without: Iterable[str] = ()) -> Labelled:
    """Return each text once, ordered by the SHA-256 of the text, so that the first of them are a random sample.

    The order depends on nothing but the texts: not on where they come from, nor on the others. Texts that have two
    different labels are left out, since neither is known to be right.

    Args:
        pairs: texts and labels.
        without: texts to leave out.
    """
    labels: dict[str, int] = {}
    left_out = set(without)
    for text, label in pairs:
        if labels.setdefault(text, label) != label:
            left_out.add(text)
    kept = sorted(labels.keys() - left_out, key=_digest)
    return array(kept), np.array([labels[text] for text in kept], dtype=np.int64)


def array(texts: list[str]) -> NDArray[Any]:
    """Return an object array [n] of texts."""
    # np.array() would copy each text to the length of the longest.
    made = np.empty(len(texts), dtype=object)
    made[:] = texts
    return made


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
