"""Which disagreeing inputs a reader sees: a few of each cell, evenly spread over margins, as far as there is room."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from quantshift.core.test_set import TestSet

# Of each cell: model, variant and test set.
MOST = 24
# About what a row takes beside its picture or text.
ROW_BYTES = 48

# input, label, top-1 of float32, top-1 of the variant, margin of float32, margin of the variant
Row = tuple[int, int, int, int, float, float]


@dataclass(frozen=True)
class GalleryCell:
    """Some of the disagreements of one model's variant on one test set.

    Attributes:
        method: the model's training method.
        variant: the variant.
        test_set: suite, shift and severity.
        total: how many disagreements there are.
        rows: those that are shown, by float32's margin.
    """

    method: str
    variant: str
    test_set: TestSet
    total: int
    rows: tuple[Row, ...]

    @property
    def keys(self) -> Iterable[str]:
        """Return the keys of the shown inputs."""
        return [key(self.test_set, row[0]) for row in self.rows]


def key(test_set: TestSet, number: int) -> str:
    """Return the key of an input of a test set.

    >>> key(TestSet("mnist_c", "fog", 5), 7)
    'mnist_c/fog/5/7'
    """
    return f"{test_set.path}/{number}"


def spread(rows: Sequence[Row], most: int = MOST) -> tuple[Row, ...]:
    """Return at most `most` rows, sorted by float32's margin and evenly spread over their ranks, both ends included.

    >>> [row[4] for row in spread([(n, 0, 0, 1, n / 4, 0.0) for n in range(5)], 3)]
    [0.0, 0.5, 1.0]
    """
    ranked = sorted(rows, key=lambda row: (row[4], row[0]))
    if len(ranked) <= most:
        return tuple(ranked)
    if most < 2:  # the most doubtful ones are the least telling
        return tuple(ranked[len(ranked) - most :])
    return tuple(ranked[round(place * (len(ranked) - 1) / (most - 1))] for place in range(most))


@dataclass(frozen=True)
class Part:
    """The cells of one architecture, with what they show.

    Attributes:
        dataset: the data set; its architectures share pictures and texts.
        cells: the cells.
        sizes: bytes of each input's picture or text, by key.
        partners: the key of an input's clean original, which is shown beside it, where it has one.
    """

    dataset: str
    cells: Sequence[GalleryCell]
    sizes: Mapping[str, int]
    partners: Mapping[str, str]

    def cut(self, limit: int) -> "Part":
        """Return the part with at most `limit` rows of each cell."""
        return replace(self, cells=[replace(cell, rows=spread(cell.rows, limit)) for cell in self.cells])


def fitted(parts: Sequence[Part], budget: int, most: int = MOST) -> tuple[list[Part], int]:
    """Return the parts with as many rows of each cell as the budget has room for, and that number.

    Args:
        parts: the parts.
        budget: bytes of all pictures, texts and rows; what is shown twice is there once.
        most: the most rows of a cell.
    """
    for limit in range(most, 0, -1):
        cut = [part.cut(limit) for part in parts]
        if weight(cut) <= budget:
            return cut, limit
    return [part.cut(0) for part in parts], 0


def weight(parts: Sequence[Part]) -> int:
    """Return the bytes that the parts take in a page."""
    shown = {
        (part.dataset, key): part.sizes[key] + len(key) for part in parts for key in keys_of(part.cells, part.partners)
    }
    return sum(shown.values()) + ROW_BYTES * sum(len(cell.rows) for part in parts for cell in part.cells)


def keys_of(cells: Sequence[GalleryCell], partners: Mapping[str, str]) -> set[str]:
    """Return the keys of all inputs that cells show, clean originals included."""
    shown = {shown for cell in cells for shown in cell.keys}
    return shown | {partners[one] for one in shown if one in partners}


def to_json(cell: GalleryCell) -> dict[str, Any]:
    """Return a cell as a detail file has it."""
    return {
        "method": cell.method,
        "variant": cell.variant,
        "test_set": list(cell.test_set),
        "total": cell.total,
        "rows": [list(row) for row in cell.rows],
    }


def from_json(cell: Mapping[str, Any]) -> GalleryCell:
    """Return the cell of a detail file."""
    suite, shift, severity = cell["test_set"]
    rows = tuple(tuple(row) for row in cell["rows"])
    return GalleryCell(cell["method"], cell["variant"], TestSet(suite, shift, int(severity)), int(cell["total"]), rows)
