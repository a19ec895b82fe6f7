"""Random crops and mirror images (He et al., arXiv 1512.03385, section 4.2).

An image is padded with zeros on all sides, and a window of its original size is cut out of it at a random place.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional


def draw(
    count: int, shape: Sequence[int], settings: Mapping[str, Any], generator: np.random.Generator
) -> tuple[Tensor, Tensor]:
    """Return the row and the column of the padded image that each row and column of each new image shows.

    Args:
        count: number of images.
        shape: channels, height and width.
        settings: `crop_padding` in pixels, and whether half of the images are mirrored (`horizontal_flip`).
        generator: source of the random draws.

    Returns:
        int64 [count, height] and [count, width].
    """
    _, height, width = shape
    places = 2 * settings["crop_padding"] + 1
    top, left = generator.integers(places, size=(2, count, 1))
    mirrored = settings["horizontal_flip"] & generator.integers(2, size=(count, 1), dtype=np.bool_)
    columns = np.where(mirrored, np.arange(width)[::-1], np.arange(width))
    return torch.from_numpy(top + np.arange(height)), torch.from_numpy(left + columns)


def augment(images: Tensor, settings: Mapping[str, Any], rows: Tensor, columns: Tensor) -> Tensor:
    """Return the images [n, channels, height, width] that show these rows and columns of the padded images.

    Args:
        images: images [n, channels, height, width].
        settings: `crop_padding` in pixels.
        rows: int64 [n, height].
        columns: int64 [n, width].
    """
    padded = functional.pad(images, (settings["crop_padding"],) * 4)
    samples = torch.arange(len(images), device=images.device)
    # The channels come last, because the indices on both sides of them select pixels.
    pixels = padded[samples[:, None, None], :, rows[:, :, None], columns[:, None, :]]
    return pixels.permute(0, 3, 1, 2)
