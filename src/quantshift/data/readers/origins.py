"""Where the samples of a user's data come from, for messages and for the report's gallery."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Origin(NamedTuple):
    """Where a sample comes from.

    Attributes:
        file: its file: an image's path in its folder, with `/`, or the name of the file that holds all samples.
        row: its row in that file, counted from 0 and without a table's header; None for an image file.
        text: its text, or None if it is no text.
    """

    file: str
    row: int | None
    text: str | None


@dataclass(frozen=True)
class Origins:
    """The origins of n samples, in their order.

    Attributes:
        source: name of the file or folder that was read.
        rows: int64 [n], the position of each sample in it.
        files: for a folder, its files by position.
        texts: for texts, the texts by position.
    """

    source: str
    rows: NDArray[np.int64]
    files: Sequence[str] | None = None
    texts: Sequence[str] | None = None

    def __len__(self) -> int:
        """Return the number of samples."""
        return len(self.rows)

    def __getitem__(self, sample: int) -> Origin:
        """Return where a sample comes from.

        >>> Origins("test.npz", np.array([4, 7]))[1]
        Origin(file='test.npz', row=7, text=None)
        """
        row = int(self.rows[sample])
        text = None if self.texts is None else self.texts[row]
        return Origin(self.source, row, text) if self.files is None else Origin(self.files[row], None, text)

    def select(self, index: NDArray[np.int64]) -> "Origins":
        """Return the origins at `index`."""
        return replace(self, rows=self.rows[index])
