"""Sentences of opinion pieces in the New York Times, each rated by 20 people.

Source: Hutto and Gilbert, VADER, ICWSM 2014.
"""

from pathlib import Path

from quantshift.data.sources import vader
from quantshift.data.sources.collection import Labelled

ARTIFACT = "vader"
COUNT = 2_931


def load(folder: Path) -> Labelled:
    """Return the texts and labels: 1,756 negative (0) and 1,175 positive (1).

    Args:
        folder: the fetched folder of the artifact.

    Raises:
        QuantshiftError: the file is missing or damaged.
    """
    return vader.read(folder, "nytEditorialSnippets")
