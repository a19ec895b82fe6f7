"""iWildCam in the version of WILDS (2.0): camera-trap pictures labelled with their species, split by camera.

Source: Koh et al., WILDS: A Benchmark of in-the-Wild Distribution Shifts, ICML 2021, section 4.1.1; Beery et al., The
iWildCam 2020 Competition Dataset, arXiv 2004.10340.
"""

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from quantshift.core.errors import Message, QuantshiftError
from quantshift.data.image_files import Pictures, expect_all, file_in

FOLDER = "iwildcam_v2.0"
CLASSES = 182  # 0 is a picture without an animal
SHAPE = (3, 448, 448)  # of resized pictures
# Number of pictures in each split. `val` and `test` are each from cameras that no other split has; the other splits are
# from the same cameras, on different days.
COUNTS = {"train": 129_809, "val": 14_961, "test": 42_791, "id_val": 7_314, "id_test": 8_154}
COLUMNS = ("split", "filename", "y", "sequence_remapped")


def read(
    folder: Path, split: str, shape: tuple[int, ...], counts: Mapping[str, int] = COUNTS
) -> tuple[Pictures, NDArray[np.int64], NDArray[np.int64]]:
    """Return the pictures of a split, lazily, their labels 0..181 and their sources, in the order of `metadata.csv`.

    A source is a sequence: a camera takes several pictures within seconds when something moves. Sources are numbered by
    their first appearance in the table, for all splits together.

    Args:
        folder: holds ``iwildcam_v2.0/{metadata.csv,train/*.jpg}``; the pictures of all splits are in `train`.
        split: a key of `counts`.
        shape: (3, height, width) to which the pictures are resized.
        counts: number of pictures in each split of a complete release.

    Raises:
        QuantshiftError: the release is incomplete or not version 2.0.
    """
    release = folder / FOLDER
    table = release / "metadata.csv"
    actual: Counter[str] = Counter()
    paths: list[Path] = []
    labels: list[int] = []
    sources: list[int] = []
    numbers: dict[str, int] = {}
    for part, name, label, sequence in _rows(table):
        actual[part] += 1
        number = numbers.setdefault(sequence, len(numbers))
        if part == split:
            paths.append(file_in(release / "train", name))
            labels.append(label)
            sources.append(number)
    if dict(actual) != dict(counts):
        raise QuantshiftError(
            f"{table} has {_listed(actual)} pictures, expected {_listed(counts)}: is it the complete version 2.0?"
        )
    expect_all(paths, f"unpack iWildCam v2.0 again into {release}")
    return Pictures(paths, *shape[1:]), np.array(labels, dtype=np.int64), np.array(sources, dtype=np.int64)


def _rows(table: Path) -> Iterator[tuple[str, str, int, str]]:
    """Yield the split, the picture's file name, the label and the sequence of each row."""
    line = 1
    try:
        with table.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            if missing := set(COLUMNS) - set(reader.fieldnames or ()):
                raise ValueError(f"there is no column {', '.join(sorted(missing))}")
            for row in reader:
                line = reader.line_num
                split, name, label, sequence = (row[column] for column in COLUMNS)
                if split is None or name is None or label is None or sequence is None:
                    raise ValueError("the row is cut off")
                if not sequence:
                    raise ValueError("the picture has no sequence")
                if not 0 <= int(label) < CLASSES:
                    raise ValueError(f"the label {label} is not in 0..{CLASSES - 1}")
                yield split, name, int(label), sequence
    except FileNotFoundError as error:
        raise QuantshiftError(f"{table} is missing: unpack iWildCam v2.0 again into {table.parent}") from error
    except (ValueError, csv.Error) as error:
        raise QuantshiftError(
            f"{table}, line {line}: {error}; expected the metadata of iWildCam v2.0, a table with the columns "
            f"{', '.join(COLUMNS)}: unpack it again"
        ) from error


def _listed(counts: Mapping[str, int]) -> Message:
    return ", ".join(f"{split} {count}" for split, count in sorted(counts.items())) or "no"
