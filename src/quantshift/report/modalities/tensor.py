"""Show where the rows of arrays and tables come from, since numbers alone show nothing."""

from collections.abc import Sequence
from pathlib import Path

from markupsafe import Markup

from quantshift.storage.records import read_as


def shown(folder: Path, indices: Sequence[int], _: Sequence[int] | None) -> list[str]:
    """Return the file and row of each input of a test set.

    Args:
        folder: folder of the test set.
        indices: positions of the inputs in the test set.

    Raises:
        QuantshiftError: the file is missing or damaged.
    """
    origins = read_as(folder / "texts.json", list[str], "a list of the origins of inputs")
    return [origins[index] for index in indices]


def markup(content: str) -> Markup:
    """Return the HTML of a description, for a page without scripts.

    >>> markup("1 < 2")
    Markup('<span class="shown">1 &lt; 2</span>')
    """
    return Markup('<span class="shown">{}</span>').format(content)
