"""The published MNIST-C: Zenodo record 3239543, `mnist_c.zip` (Mu and Gilmer, arXiv 1906.02337)."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from quantshift.core.errors import QuantshiftError
from quantshift.core.members import hint
from quantshift.shifts import published_arrays

DATASET = "mnist"  # the data set whose test images were shifted
SEVERITIES = {  # by shift; 0: the shift has a single level
    "brightness": [5],
    "canny_edges": [0],
    "dotted_line": [0],
    "fog": [5],
    "glass_blur": [1],
    "identity": [0],
    "impulse_noise": [4],
    "motion_blur": [1],
    "rotate": [2],
    "scale": [3],
    "shear": [2],
    "shot_noise": [5],
    "spatter": [4],
    "stripe": [0],
    "translate": [3],
    "zigzag": [0],
}
SHAPE = (28, 28, 1)
CLASSES = 10
ARCHIVE = "mnist_c.zip of Zenodo record 3239543"


def read(folder: Path, shift: str, severity: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Read one corruption of the test set from the unpacked archive.

    Args:
        folder: holds `mnist_c/<corruption>/{test_images,test_labels}.npy`.
        shift: the name of the corruption.
        severity: the severity that the archive has of this corruption.

    Returns:
        images [n, 28, 28] uint8, labels [n] in 0..9.

    Raises:
        QuantshiftError: a file is missing or damaged, or differs from the published archive.
    """
    corruptions = folder / "mnist_c"
    if not corruptions.is_dir():
        raise QuantshiftError(f"{corruptions} is missing: expected the unpacked {ARCHIVE} in {folder}")
    if not (corruptions / shift).is_dir():
        corruption_names = sorted(path.name for path in corruptions.iterdir() if path.is_dir())
        raise QuantshiftError(
            f"{corruptions / shift} is missing: the archive has no {shift!r}; {hint(shift, corruption_names)}"
        )
    images_file, labels_file = (corruptions / shift / name for name in ("test_images.npy", "test_labels.npy"))
    images, labels = published_arrays.check(images_file, labels_file, SHAPE, CLASSES, ARCHIVE)
    return images[..., 0], labels.astype(np.int64)
