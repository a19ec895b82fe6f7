"""Picture files as a lazy array of images, decoded on access.

The files are not trusted: only JPEG and PNG are read, the number of pixels is checked before decoding, and errors of a
decoder are reported with the file's name.
"""

import re
import stat
import struct
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from quantshift.core.errors import QuantshiftError

FORMATS = ("JPEG", "PNG")
CHANNELS = 3
MAX_PIXELS = 50_000_000  # of one picture: 150 MB when decoded
MAX_NAME_LENGTH = 200
# Modes that convert to 8-bit RGB without a choice of scale; 16-bit and float modes would need one.
MODES = ("1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr")
# Exceptions that decoders raise for damaged files.
DAMAGE = (
    *(OSError, SyntaxError, ValueError, EOFError, IndexError, OverflowError, MemoryError),
    *(struct.error, zlib.error, Image.DecompressionBombError),
)


class Pictures:
    """Picture files as a lazy array, uint8 [n, 3, height, width] with values 0..255.

    Args:
        paths: the files, in order.
        height: height in pixels to which each picture is resized.
        width: width in pixels.
    """

    dtype: np.dtype[Any] = np.dtype(np.uint8)

    def __init__(self, paths: Sequence[Path], height: int, width: int) -> None:
        """Store the paths; nothing is read."""
        self.paths = tuple(paths)
        self.height = height
        self.width = width

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Return (n, channels, height, width)."""
        return len(self.paths), CHANNELS, self.height, self.width

    def __len__(self) -> int:
        """Return the number of pictures."""
        return len(self.paths)

    def __iter__(self) -> Iterator[NDArray[np.uint8]]:
        """Iterate over decoded pictures, uint8 [3, height, width]."""
        return (decode(path, self.height, self.width) for path in self.paths)

    def __getitem__(self, index: Any) -> NDArray[np.uint8]:
        """Decode one picture (an index) to [3, height, width], or several (a slice or index array) to [k, ...].

        Raises:
            IndexError: an index is out of range.
            QuantshiftError: a picture cannot be read.
        """
        indices = np.arange(len(self))[index]
        if indices.ndim == 0:
            return decode(self.paths[indices], self.height, self.width)
        decoded = np.empty((len(indices), *self.shape[1:]), dtype=np.uint8)
        for image, number in zip(decoded, indices, strict=True):
            image[...] = decode(self.paths[number], self.height, self.width)
        return decoded

    def select(self, index: Any) -> "Pictures":
        """Return the pictures at a slice or index array, without decoding any."""
        return Pictures([self.paths[number] for number in np.arange(len(self))[index]], self.height, self.width)


def decode(path: Path, height: int, width: int) -> NDArray[np.uint8]:
    """Return a picture as uint8 [3, height, width], red, green and blue.

    It is resized bilinearly with antialiasing and may be distorted; transparent areas become white; the EXIF
    orientation is ignored, as in WILDS.

    Raises:
        QuantshiftError: the file is missing, damaged, too large or neither JPEG nor PNG.
    """
    try:
        # The format is detected from the content, so a PNG named .jpg can be read.
        with Image.open(path, formats=FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                raise ValueError(f"{image.width} x {image.height} pixels are more than the limit of {MAX_PIXELS}")
            if image.mode not in MODES:
                raise ValueError(f"its pixel mode is {image.mode}, which does not have 8 bits per channel")
            opaque = _on_white(image) if image.has_transparency_data else image.convert("RGB")
            resized = opaque.resize((width, height), Image.Resampling.BILINEAR)
    except FileNotFoundError as error:
        raise QuantshiftError(f"{path} is missing") from error
    except DAMAGE as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise QuantshiftError(
            f"{path} cannot be read as a picture, expected a complete JPEG or PNG file: {reason}"
        ) from error
    return np.ascontiguousarray(np.asarray(resized).transpose(2, 0, 1))


def _on_white(image: Image.Image) -> Image.Image:
    transparent = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", transparent.size, "white"), transparent).convert("RGB")


def file_in(folder: Path, name: str) -> Path:
    """Return the path of the file `name` in `folder`; the name comes from a file and is not trusted.

    Raises:
        QuantshiftError: the name is not that of a file directly in the folder.
    """
    if name in ("", ".", "..") or len(name) > MAX_NAME_LENGTH or re.search(r"[/\\:\0-\x1f]", name):
        raise QuantshiftError(f"{name!r} is not the name of a file in {folder}: it is not read")
    return folder / name


def expect_all(paths: Sequence[Path], remedy: str) -> None:
    """Check that all files exist and are not empty, before hours are spent on the first ones.

    Args:
        paths: the files.
        remedy: what to do, as the end of the message.

    Raises:
        QuantshiftError: some files are missing or empty; the message states their number and names the first.
    """
    absent = [path for path in paths if not _has_content(path)]
    if absent:
        raise QuantshiftError(
            f"{len(absent)} of {len(paths)} pictures are missing or empty, first {absent[0]}: {remedy}"
        )


def _has_content(path: Path) -> bool:
    try:
        status = path.stat()
    except OSError:
        return False
    return stat.S_ISREG(status.st_mode) and status.st_size > 0
