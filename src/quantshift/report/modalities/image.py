"""Show images as thumbnails."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from markupsafe import Markup

from quantshift.report.thumbnails import thumbnail
from quantshift.storage import archives
from quantshift.storage.arrays import read_array


def shown(folder: Path, indices: Sequence[int], _: Sequence[int]) -> list[str]:
    """Return the thumbnail (WebP in base64) of each image of a test set.

    Args:
        folder: folder of the test set.
        indices: positions of the images in the test set.

    Raises:
        QuantshiftError: the file is missing or damaged.
    """
    single = folder / "inputs.npy"
    if single.exists():
        images = read_array(single, whole=False)
    else:  # a user's own data, with an array for each input of the model
        images = next(iter(archives.map_all(folder / "inputs.npz", whole=False).values()))
    return [thumbnail(np.asarray(images[index])) for index in indices]


def markup(content: str) -> Markup:
    """Return the HTML of a thumbnail, for a page without scripts.

    >>> markup("UklGRg==")
    Markup('<img src="data:image/webp;base64,UklGRg==" alt="">')
    """
    return Markup('<img src="data:image/webp;base64,{}" alt="">').format(content)
