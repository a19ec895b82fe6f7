"""The published CIFAR-10-C: Zenodo record 2535967, `CIFAR-10-C.tar` (Hendrycks and Dietterich, arXiv 1903.12261)."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from quantshift.core.errors import QuantshiftError
from quantshift.core.members import hint
from quantshift.shifts import published_arrays

DATASET = "cifar10"  # the data set whose test images were shifted
SEVERITIES = [1, 2, 3, 4, 5]  # of each shift
SHAPE = (32, 32, 3)
CLASSES = 10
EACH = 10_000  # images per severity; each file has the severities one after another
ARCHIVE = "CIFAR-10-C.tar of Zenodo record 2535967"


def read(folder: Path, shift: str, severity: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Read one corruption and severity from the unpacked archive; images are mapped from the disk.

    Args:
        folder: holds `CIFAR-10-C/{<corruption>,labels}.npy`, each of 5 x 10,000 entries.
        shift: the name of the corruption.
        severity: 1 to 5.

    Returns:
        images [10000, 32, 32, 3] uint8, a read-only memory map; labels [10000] in 0..9.

    Raises:
        QuantshiftError: a file is missing or damaged, or differs from the published archive.
        ValueError: there is no such severity.
    """
    if severity not in SEVERITIES:
        raise ValueError(f"severity must be a whole number from 1 to {len(SEVERITIES)}, not {severity!r}")
    corruptions = folder / "CIFAR-10-C"
    if not corruptions.is_dir():
        raise QuantshiftError(f"{corruptions} is missing: expected the unpacked {ARCHIVE} in {folder}")
    images_file, labels_file = corruptions / f"{shift}.npy", corruptions / "labels.npy"
    if not images_file.is_file():
        corruption_names = sorted(path.stem for path in corruptions.glob("*.npy") if path != labels_file)
        raise QuantshiftError(
            f"{images_file} is missing: the archive has no {shift!r}; {hint(shift, corruption_names)}"
        )
    images, labels = published_arrays.check(images_file, labels_file, SHAPE, CLASSES, ARCHIVE)
    if len(images) != EACH * len(SEVERITIES):
        expected = f"{EACH} for each of {len(SEVERITIES)} severities"
        raise published_arrays.unexpected(images_file, f"{len(images)} images", expected, ARCHIVE)
    part = slice(EACH * (severity - 1), EACH * severity)
    return images[part], labels[part].astype(np.int64)
