"""Emoji as drawn by different vendors, one picture an emoji, labelled with their Unicode category.

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
COMPONENT = "Component"  # five patches of skin colour, which are no emoji by themselves
TEST_SHARE = 1 / 3
SHAPE = (3, 32, 32)  # what the pictures are resized to

Part = Literal["train", "test"]


def read(
    folder: Path, vendor: str, part: Part, shape: tuple[int, int, int]
) -> tuple[Pictures, NDArray[np.int64], NDArray[np.int64]]:
    """Return a vendor's pictures of the training or the test emoji, labels (places in `CATEGORIES`) and sources.

    What a picture shows (see `emoji_motifs`), with its near copies (see `emoji_near_copies`), is its source and decides
    its side: a woman who runs is where a man who runs is, and all clock faces are on one side, for all vendors. The
    order is random by motif, so that the first pictures are a random sample. Variations of skin colour are left out,
    and what vendors draw as they draw something else.

    Args:
        folder: the fetched folder of the artifact.
        vendor: whose drawings, as the package's folders have it (``google``, ``twitter``).
        part: which emoji.
        shape: (3, height, width) that the pictures of 64x64 are resized to.

    Raises:
        QuantshiftError: a file is missing or damaged, or the package has other categories.
    """
    drawings = folder / "package/img" / vendor / "64"
    entries = _entries(folder / "package/emoji.json", vendor)
    numbers = {alike: number for number, alike in enumerate(sorted({group(motif(code)) for code, _, _ in entries}))}
    chosen = []
    for code, category, name in entries:
        shown = motif(code)
        alike = group(shown)
        if category != COMPONENT and not repeats(code) and (place(alike) < TEST_SHARE) == (part == "test"):
            order = place(f"order of {shown}")
            chosen.append((order, file_in(drawings, name), CATEGORIES.index(category), numbers[alike]))
    chosen.sort()
    paths = [path for _, path, _, _ in chosen]
    expect_all(paths, f"delete {folder} and run snakemake again")
    labels, sources = (np.array([row[column] for row in chosen], dtype=np.int64) for column in (2, 3))
    return Pictures(paths, *shape[1:]), labels, sources


def place(text: str) -> float:
    """Return where in 0..1 a text lies by its hash: that of a motif is the same in each package and each release.

    >>> 0 <= place("1F600") < 1
    True
    """
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big") / (1 << 48)


def _entries(path: Path, vendor: str) -> list[tuple[str, str, str]]:
    """Return the code points, the category and the picture's file name of each emoji that the vendor has drawn."""
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
            f"of emoji with unified, category, image and has_img_{vendor}; delete {path.parents[1]} and run snakemake "
            "again"
        ) from error
    return entries
