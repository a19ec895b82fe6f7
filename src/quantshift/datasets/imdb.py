"""IMDb: reviews of films, negative (0) or positive (1). Maas et al., ACL 2011."""

from pathlib import Path

import numpy as np

from quantshift.core.errors import QuantshiftError
from quantshift.data.sources import movie_reviews
from quantshift.data.sources.collection import Labelled, distinct
from quantshift.data.splits import Raw
from quantshift.fetching.origin import origin_of
from quantshift.storage.files import remedy

LABELS = {"neg": 0, "pos": 1}


def read(folder: Path) -> Raw:
    """Return the published reviews, without duplicates, from the fetched `folder`.

    The archive has training and test reviews of different films; a training review that is also a test review is left
    out. The package has only the archive's training reviews: half of the reviews of each label, drawn by the hash of
    their text, become the test data. Both parts may then have reviews of the same film, so test accuracy is higher than
    with the archive. In both cases reviews are ordered by the hash of their text (see `data/sources/collection.py`), so
    that the first reviews are a random sample.

    Raises:
        QuantshiftError: a file is missing or damaged.
    """
    package = origin_of(folder) == "package"
    train, test = _halves(folder) if package else _archive(folder)
    for name, (_, labels) in (("training", train), ("test", test)):
        if set(labels.tolist()) != set(LABELS.values()):
            raise QuantshiftError(f"{folder} has no negative or no positive {name} reviews: {remedy(folder)}")
    return Raw(*train, *test)


def _halves(folder: Path) -> tuple[Labelled, Labelled]:
    texts, labels = distinct(movie_reviews.read(folder, "imdb"))
    train = np.zeros(len(labels), dtype=np.bool_)
    for label in LABELS.values():
        places = np.flatnonzero(labels == label)
        train[places[: len(places) // 2]] = True
    return (texts[train], labels[train]), (texts[~train], labels[~train])


def _archive(folder: Path) -> tuple[Labelled, Labelled]:
    test = distinct(_reviews(folder, "test"))
    return distinct(_reviews(folder, "train"), without=test[0]), test


def _reviews(folder: Path, part: str) -> list[tuple[str, int]]:
    pairs = []
    for name, label in LABELS.items():
        for path in sorted((folder / "aclImdb" / part / name).glob("*.txt")):
            try:
                pairs.append((path.read_text(encoding="utf-8"), label))
            except UnicodeDecodeError as error:
                raise QuantshiftError(f"{path} is not UTF-8 text: delete {folder} and repeat the run") from error
    return pairs
