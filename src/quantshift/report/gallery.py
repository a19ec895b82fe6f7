"""Choose the disagreeing inputs that the page shows: some of each cell, evenly spread over margins, within a budget."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from quantshift.core.test_set import TestSet

# The most rows of a cell (model, variant and test set).
MOST = 24
# Approximate size of a row without its picture or text.
ROW_BYTES = 48

# input, label (None if it is unknown), top-1 of float32 and of the variant, margin of float32 and of the variant (None
# for a model that returns labels)
Row = tuple[int, int | None, int, int, float | None, float | None]


@dataclass(frozen=True)
class GalleryCell:
    """Some of the disagreements of one model's variant on one test set.

    Attributes:
        method: the model's training method.
        variant: the variant.
        test_set: suite, shift and severity.
        total: number of disagreements.
        rows: the disagreements that are shown, sorted by float32's margin.
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


def key(test_set: TestSet, index: int) -> str:
    """Return the key of an input of a test set.

    >>> key(TestSet("mnist_c", "fog", 5), 7)
    'mnist_c/fog/5/7'
    """
    return f"{test_set.path}/{index}"


def spread(rows: Sequence[Row], most: int = MOST) -> tuple[Row, ...]:
    """Return at most `most` rows, sorted by float32's margin and evenly spread over the ranks, including both ends.

    >>> [row[4] for row in spread([(n, 0, 0, 1, n / 4, 0.0) for n in range(5)], 3)]
    [0.0, 0.5, 1.0]
    """
    ranked = sorted(rows, key=lambda row: (row[4] or 0.0, row[0]))
    if len(ranked) <= most:
        return tuple(ranked)
    if most < 2:  # disagreements with a small margin show the least
        return tuple(ranked[len(ranked) - most :])
    return tuple(ranked[round(index * (len(ranked) - 1) / (most - 1))] for index in range(most))


@dataclass(frozen=True)
class Part:
    """The gallery of one architecture: its cells and the sizes of what they show.

    Attributes:
        dataset: the data set, whose architectures share pictures and texts.
        cells: the cells.
        sizes: bytes of each input's picture or text, by key.
        partners: by an input's key, the key of its clean original, which is shown next to it.
    """

    dataset: str
    cells: Sequence[GalleryCell]
    sizes: Mapping[str, int]
    partners: Mapping[str, str]

    def cut(self, limit: int) -> "Part":
        """Return the part with at most `limit` rows of each cell."""
        return replace(self, cells=[replace(cell, rows=spread(cell.rows, limit)) for cell in self.cells])


def fitted(parts: Sequence[Part], budget: int, most: int = MOST) -> tuple[list[Part], int]:
    """Return the parts with as many rows per cell as fit the budget, and that number of rows.

    If not even one row of each cell fits, some cells have one: first those with the most disagreements of each variant,
    then the others with the most.

    Args:
        parts: the galleries.
        budget: bytes of all pictures, texts and rows; an input that is shown twice is stored once.
        most: the most rows of a cell.
    """
    for limit in range(most, 0, -1):
        cut = [part.cut(limit) for part in parts]
        if weight(cut) <= budget:
            return cut, limit
    return _largest(parts, budget), 1


def _largest(parts: Sequence[Part], budget: int) -> list[Part]:
    """Return the parts with one row of as many cells as fit the budget, those with the most disagreements first."""
    cells = [(part, cell) for part in parts for cell in part.cut(1).cells if cell.rows]
    cells.sort(key=lambda pair: -pair[1].total)
    firsts = {(id(part), cell.method, cell.variant): cell for part, cell in reversed(cells)}
    cells.sort(key=lambda pair: firsts[id(pair[0]), pair[1].method, pair[1].variant] is not pair[1])
    shown: set[tuple[str, str]] = set()
    kept: set[tuple[int, str, str, TestSet]] = set()
    for part, cell in cells:
        new = {(part.dataset, key) for key in keys_of([cell], part.partners)} - shown
        cost = ROW_BYTES + sum(part.sizes[key] + len(key) for _, key in new)
        if cost <= budget:
            budget -= cost
            shown |= new
            kept.add((id(part), cell.method, cell.variant, cell.test_set))
    return [
        replace(
            part,
            cells=[
                replace(cell, rows=spread(cell.rows, (id(part), cell.method, cell.variant, cell.test_set) in kept))
                for cell in part.cells
            ],
        )
        for part in parts
    ]


def weight(parts: Sequence[Part]) -> int:
    """Return the size of the parts in a page, in bytes."""
    shown = {
        (part.dataset, key): part.sizes[key] + len(key) for part in parts for key in keys_of(part.cells, part.partners)
    }
    return sum(shown.values()) + ROW_BYTES * sum(len(cell.rows) for part in parts for cell in part.cells)


def keys_of(cells: Sequence[GalleryCell], partners: Mapping[str, str]) -> set[str]:
    """Return the keys of all inputs that cells show, clean originals included."""
    shown = {key for cell in cells for key in cell.keys}
    return shown | {partners[key] for key in shown if key in partners}


def to_json(cell: GalleryCell) -> dict[str, Any]:
    """Return a cell as stored in a detail file."""
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
