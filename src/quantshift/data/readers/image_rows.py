"""The images of a folder as a lazy array, decoded on access."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantshift.data.readers.image_decoding import decode
from quantshift.data.readers.image_options import ImageOptions


class ImageRows:
    """Image files as a lazy array, uint8 [n, colours, height, width] with values 0..255.

    Args:
        folder: the folder of all files.
        names: paths of the files in the folder, with `/`.
        options: how they are decoded, with a size and colours.
        rows: int64 [n], positions in `names`; None for all. A selection shares the names, so that it needs no memory.
    """

    dtype: np.dtype[Any] = np.dtype(np.uint8)

    def __init__(
        self, folder: Path, names: Sequence[str], options: ImageOptions, rows: NDArray[np.int64] | None = None
    ) -> None:
        """Store the names; nothing is read."""
        self.folder, self.names, self.options = folder, names, options
        self.rows = np.arange(len(names)) if rows is None else rows
        assert options.size is not None
        self.sample_shape = (options.colours or 3, *options.size)

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Return (n, channels, height, width)."""
        return len(self.rows), *self.sample_shape

    def __len__(self) -> int:
        """Return the number of images."""
        return len(self.rows)

    def __iter__(self) -> Iterator[NDArray[np.uint8]]:
        """Decode one image after the other, uint8 [channels, height, width]."""
        return (self._decode(row) for row in self.rows)

    def __getitem__(self, index: Any) -> NDArray[np.uint8]:
        """Decode one image (an index), or several (a slice or index array).

        Raises:
            IndexError: an index is out of range.
            QuantshiftError: an image cannot be read.
        """
        rows = self.rows[index]
        if rows.ndim == 0:
            return self._decode(rows)
        decoded = np.empty((len(rows), *self.sample_shape), dtype=np.uint8)
        for image, row in zip(decoded, rows, strict=True):
            image[...] = self._decode(row)
        return decoded

    def select(self, index: Any) -> "ImageRows":
        """Return the images at a slice or index array, without decoding any."""
        return ImageRows(self.folder, self.names, self.options, self.rows[index])

    def _decode(self, row: np.int64) -> NDArray[np.uint8]:
        return decode(self.folder / self.names[int(row)], self.options)
