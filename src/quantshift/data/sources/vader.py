"""The rated sentences of VADER's evaluation (Hutto and Gilbert, ICWSM 2014) as labelled texts."""

import csv
from pathlib import Path

from quantshift.core.errors import QuantshiftError
from quantshift.data.sources.collection import Labelled, distinct

FOLDER = "hutto_ICWSM_2014"
# Mean ratings range from -4 to 4. Texts that were rated as nearly neutral have no binary label.
CLEAR = 0.5
LARGEST = 4.0


def read(folder: Path, name: str) -> Labelled:
    """Return the sentences with a rating of at least .5 in magnitude, as negative (0) or positive (1).

    Args:
        folder: the fetched folder of the artifact `vader`.
        name: the first part of the file's name, such as `tweets`. Its lines are an id, the mean rating and the
            sentence, separated by tabs, in Latin-1.

    Raises:
        QuantshiftError: the file is missing or damaged.
    """
    path = folder / FOLDER / f"{name}_GroundTruth.txt"
    pairs = []
    try:
        with path.open(encoding="latin-1", newline="") as file:
            for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                _, rating, text = row
                valence = float(rating)
                if not -LARGEST <= valence <= LARGEST:
                    raise ValueError(f"the rating {rating}")
                if abs(valence) >= CLEAR:
                    pairs.append((text, int(valence > 0)))
    except FileNotFoundError as error:
        raise QuantshiftError(f"{path} is missing: delete {folder} and repeat the run") from error
    except (ValueError, csv.Error) as error:
        raise QuantshiftError(
            f"{path} is not VADER's ({error}): expected lines of an id, a rating from -4 to 4 and a text; delete "
            f"{folder} and repeat the run"
        ) from error
    return distinct(pairs)
