"""Sentences of customer reviews of five products.

Source: Hutto and Gilbert, VADER, ICWSM 2014, who had Hu and Liu's sentences (Mining and summarizing customer reviews,
KDD 2004) rated by 20 people each. arXiv 2204.04220 has 5,000 texts under this name; these are the 2,977 with a clear
rating.
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
