"""Reviews of restaurants and shops.

Source: the Yelp polarity data of Zhang, Zhao and LeCun, arXiv 1509.01626: reviews with 1 or 2 stars are negative,
reviews with 3 or 4 stars are positive (of 0 to 4 there).
"""

import csv
from pathlib import Path

from quantshift.core.errors import QuantshiftError
from quantshift.data.sources.collection import Labelled, distinct

ARTIFACT = "yelp"
COUNT = 38_000

FILE = "test.csv"
LABELS = {"1": 0, "2": 1}


def load(folder: Path) -> Labelled:
    """Return the texts and labels, negative (0) or positive (1), of the user's own file.

    Args:
        folder: the fetched folder of the artifact.

    Raises:
        QuantshiftError: the file is missing or has another layout; the message names the line.
    """
    path = folder / FILE
    pairs = []
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.reader(file, strict=True)
            for row in rows:
                if len(row) != 2 or row[0] not in LABELS:
                    raise _unexpected(f"the row that ends in line {rows.line_num}")
                # The file has line breaks as a backslash and an n.
                pairs.append((row[1].replace("\\n", "\n"), LABELS[row[0]]))
    except FileNotFoundError as error:
        raise QuantshiftError(f"{path} is missing: delete {folder} and repeat the run") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise _unexpected(str(error)) from error
    if not pairs:
        raise _unexpected("it has no reviews")
    return distinct(pairs)


def _unexpected(problem: str) -> QuantshiftError:
    return QuantshiftError(
        f'your Yelp file {FILE} has an unexpected layout ({problem}): expected UTF-8 lines of "1" (negative) or "2" '
        "(positive), a comma and the review in quotes; correct it, delete results/fetched/yelp and repeat the run"
    )
