"""Sentences of customer reviews of five products.

Source: Hutto and Gilbert, VADER, ICWSM 2014, who had 20 people rate each of the sentences of Hu and Liu (Mining and
summarizing customer reviews, KDD 2004). arXiv 2204.04220 uses 5,000 texts under this name; here are the 2,977 with a
clear rating.
"""

from pathlib import Path

from quantshift.data.sources import vader
from quantshift.data.sources.collection import Labelled

ARTIFACT = "vader"
COUNT = 2_977


def load(folder: Path) -> Labelled:
    """Return the texts and labels: 1,233 negative (0) and 1,744 positive (1).

    Args:
        folder: the fetched folder of the artifact.

    Raises:
        QuantshiftError: the file is missing or damaged.
    """
    return vader.read(folder, "amazonReviewSnippets")
