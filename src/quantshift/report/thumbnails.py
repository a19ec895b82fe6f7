"""Stored inputs for display on a page: images as small WebP files in base64, texts as short excerpts."""

import base64
import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from quantshift.data.text.words import ending

# Images with a side over EXACT pixels are scaled to at most SIDE; smaller images are stored losslessly.
SIDE = 96
EXACT = 64
CHARACTERS = 600


def thumbnail(image: NDArray[Any]) -> str:
    """Return an image as a WebP file in base64: lossless up to 64 pixels a side, else lossy and at most 96.

    Args:
        image: uint8 [1 or 3, height, width].

    Raises:
        ValueError: the image has another type or shape.
    """
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[0] not in (1, 3):
        raise ValueError(f"an image is uint8 [1 or 3, height, width], but this array is {image.dtype} {image.shape}")
    pixels = image[0] if image.shape[0] == 1 else image.transpose(1, 2, 0)
    picture = Image.fromarray(np.ascontiguousarray(pixels)).convert("RGB")
    small = max(picture.size) <= EXACT
    picture.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    stream = io.BytesIO()
    picture.save(stream, "WEBP", lossless=small, quality=60 if small else 75, method=2)
    return base64.b64encode(stream.getvalue()).decode("ascii")


def excerpt(text: str, read_words: int, characters: int = CHARACTERS) -> str:
    """Return the beginning of a text's last `read_words` words, cut between words; an ellipsis marks each omission.

    >>> excerpt("a quite long review", 9, 12), excerpt("short", 9, 12), excerpt("a quite long review", 2)
    ('a quite …', 'short', '… long review')
    """
    read = ending(text, read_words)
    text = text if len(read) == len(text) else f"… {read}"
    if len(text) <= characters:
        return text
    return f"{text[: characters - 1].rpartition(' ')[0] or text[: characters - 1]} …"
