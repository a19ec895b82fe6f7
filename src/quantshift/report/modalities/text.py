"""Show texts as excerpts: the beginning of the words that models read."""

from collections.abc import Sequence
from pathlib import Path

from markupsafe import Markup

from quantshift.report.thumbnails import excerpt
from quantshift.storage.records import read_as


def shown(folder: Path, indices: Sequence[int], shape: Sequence[int] | None) -> list[str]:
    """Return an excerpt of each text of a test set, from the first word that models read.

    Args:
        folder: folder of the test set.
        indices: positions of the texts in the test set.
        shape: (words,): how many of a text's last words the models read; None for a user's own data.

    Raises:
        QuantshiftError: the file is missing or damaged.
    """
    texts = read_as(folder / "texts.json", list[str], "a list of texts")
    return [excerpt(texts[index], len(texts[index].split()) if shape is None else shape[0]) for index in indices]


def markup(content: str) -> Markup:
    """Return the HTML of an excerpt, for a page without scripts.

    >>> markup("1 < 2")
    Markup('<span class="shown">1 &lt; 2</span>')
    """
    return Markup('<span class="shown">{}</span>').format(content)
