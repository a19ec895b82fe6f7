"""Archives of the per-input disagreements of one model and variant on every test set.

For each test set, the archive holds the disagreements, bool [n], under ``{suite}/{shift}/{severity}``, which of them
are ties, bool [n], under ``{suite}/{shift}/{severity}/tied``, and an int64 number k under
``{suite}/{shift}/{severity}/sources``. The source ids, int64 [n], are under ``sources/{k}``, once for all test sets
that share them. An archive without arrays is that of a variant whose preset the model cannot take.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantshift.storage import archives
from quantshift.storage.files import damaged

Path = str | os.PathLike[str]


@dataclass(frozen=True)
class Mask:
    """Disagreements on one test set.

    Attributes:
        suite: the suite's name; the clean test set's is `clean`.
        shift: the shift's name; the clean test set's is `none`.
        severity: 1..5, or 0 if the shift has one level.
        disagrees: bool [n].
        sources: int64 [n], the ids of the source inputs.
        tied: bool [n], the disagreements in which the variant's outputs favour no answer, so that a convention decides
            (see quantshift.tasks); None if there are none.
    """

    suite: str
    shift: str
    severity: int
    disagrees: NDArray[np.bool_]
    sources: NDArray[np.int64]
    tied: NDArray[np.bool_] | None = None

    def without_ties(self) -> "Mask":
        """Return the mask without ties: an input with a tie counts as agreeing."""
        if self.tied is None:
            return self
        return replace(self, disagrees=self.disagrees & ~self.tied, tied=None)


class Writer:
    """Collects masks and writes them as one archive."""

    def __init__(self) -> None:
        """Start without masks."""
        self._arrays: dict[str, NDArray[Any]] = {}
        self._numbers: dict[bytes, int] = {}

    def add(self, mask: Mask) -> None:
        """Add one test set.

        Raises:
            ValueError: the test set was added twice, its mask and sources differ in length, or its suite is `sources`.
        """
        key = f"{mask.suite}/{mask.shift}/{mask.severity}"
        if key in self._arrays or mask.suite == "sources":
            raise ValueError("the test set was added twice, or its suite has the reserved name 'sources'")
        if mask.disagrees.shape != mask.sources.shape:
            raise ValueError(f"{mask.disagrees.shape} inputs and {mask.sources.shape} sources do not match")
        sources = np.ascontiguousarray(mask.sources, dtype=np.int64)
        number = self._numbers.setdefault(sources.tobytes(), len(self._numbers))
        self._arrays[f"sources/{number}"] = sources
        self._arrays[key] = mask.disagrees
        self._arrays[f"{key}/tied"] = np.zeros_like(mask.disagrees) if mask.tied is None else mask.tied
        self._arrays[f"{key}/sources"] = np.asarray(number, dtype=np.int64)

    def write(self, path: Path) -> None:
        """Write the archive atomically."""
        archives.write(path, self._arrays)


def read(path: Path) -> Iterator[Mask]:
    """Yield the masks of an archive one at a time; test sets with the same sources share one array of source ids.

    Raises:
        QuantshiftError: the file is missing or damaged.
    """
    with archives.opened(path) as archive:
        sources: dict[int, NDArray[np.int64]] = {}
        for key in archive.keys:
            suite, *rest = key.split("/")
            if suite == "sources" or rest[-1:] in (["sources"], ["tied"]):
                continue
            try:
                shift, severity = rest[0], int(rest[1])
                number = int(archive.read(f"{key}/sources"))
            except (IndexError, TypeError, ValueError) as error:
                raise damaged(path, "an archive of disagreements by test set", error) from error
            if number not in sources:
                sources[number] = archive.read(f"sources/{number}")
            disagrees, tied = archive.read(key), archive.read(f"{key}/tied")
            for mask in (disagrees, tied):
                if mask.dtype != np.bool_ or mask.shape != sources[number].shape:
                    reason = f"{key} holds {mask.dtype} {mask.shape}, of {sources[number].shape} sources"
                    raise damaged(path, "an archive of disagreements by test set", ValueError(reason))
            yield Mask(suite, shift, severity, disagrees, sources[number], tied)
