"""Emoji as drawn by different vendors, one picture per emoji, labelled with its Unicode category.

Source: the npm packages `emoji-datasource-<vendor>`, whose `emoji.json` is the same for all vendors.
"""

import hashlib
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from quantshift.core.errors import QuantshiftError
from quantshift.data.image_files import Pictures, expect_all, file_in
from quantshift.data.sources.emoji_motifs import motif, repeats
from quantshift.data.sources.emoji_near_copies import group
from quantshift.storage.files import read_json

CATEGORIES = (
    "Activities",
    "Animals & Nature",
    "Flags",
    "Food & Drink",
    "Objects",
    "People & Body",
    "Smileys & Emotion",
    "Symbols",
    "Travel & Places",
)
COMPONENT = "Component"  # five patches of skin colour, which are not emoji by themselves
TEST_SHARE = 1 / 3
SHAPE = (3, 32, 32)  # of resized pictures

Part = Literal["train", "test"]


def read(
    folder: Path, vendor: str, part: Part, shape: tuple[int, ...]
) -> tuple[Pictures, NDArray[np.int64], NDArray[np.int64]]:
    """Return a vendor's pictures of the training or the test emoji, labels (indices in `CATEGORIES`) and sources.

    The motif of a picture (see `emoji_motifs`) and its near copies (see `emoji_near_copies`) are one source, which
    decides the part: a running woman is in the same part as a running man, and all clock faces are in one part, for all
    vendors. Pictures are in a random order of their motifs, so that the first ones are a random sample. Variations of
    skin colour and emoji that vendors draw like another emoji are left out.

    Args:
        folder: the fetched folder of the artifact.
        vendor: the vendor's name in the package's folders (``google``, ``twitter``).
        part: training or test emoji.
        shape: (3, height, width) to which the 64x64 pictures are resized.

    Raises:
        QuantshiftError: a file is missing or damaged, or the package has other categories.
    """
    drawings = folder / "package/img" / vendor / "64"
    entries = _entries(folder / "package/emoji.json", vendor)
    numbers = {source: number for number, source in enumerate(sorted({group(motif(code)) for code, _, _ in entries}))}
    chosen = []
    for code, category, name in entries:
        source = group(motif(code))
        if category != COMPONENT and not repeats(code) and (position(source) < TEST_SHARE) == (part == "test"):
            order = position(f"order of {motif(code)}")
            chosen.append((order, file_in(drawings, name), CATEGORIES.index(category), numbers[source]))
    chosen.sort()
    paths = [path for _, path, _, _ in chosen]
    expect_all(paths, f"delete {folder} and repeat the run")
    labels, sources = (np.array([row[column] for row in chosen], dtype=np.int64) for column in (2, 3))
    return Pictures(paths, *shape[1:]), labels, sources


def position(text: str) -> float:
    """Return a pseudo-random number in 0..1 from the hash of a text, such as a motif: equal for all releases.

    >>> 0 <= position("1F600") < 1
    True
    """
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big") / (1 << 48)


def _entries(path: Path, vendor: str) -> list[tuple[str, str, str]]:
    """Return code points, category and file name of each emoji for which the vendor has a drawing."""
    table: Any = read_json(path)
    entries = []
    try:
        for entry in table:
            if entry[f"has_img_{vendor}"]:
                code, category, name = entry["unified"], entry["category"], entry["image"]
                if not isinstance(code, str) or not isinstance(name, str):
                    raise TypeError(f"the entry {code!r}")
                if category not in (*CATEGORIES, COMPONENT):
                    raise ValueError(f"the category {category!r}")
                entries.append((code, category, name))
    except (TypeError, KeyError, ValueError) as error:
        raise QuantshiftError(
            f"{path} is not the table of emoji-datasource-{vendor} ({type(error).__name__}: {error}): expected a list "
            f"of emoji with unified, category, image and has_img_{vendor}; delete {path.parents[1]} and repeat the "
            "run"
        ) from error
    return entries
