"""The published MNIST-C: Zenodo record 3239543, `mnist_c.zip` (Mu and Gilmer, arXiv 1906.02337)."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantshift.errors import QuantshiftError
from quantshift.members import hint

SHAPE = (28, 28, 1)
CLASSES = 10


def read(folder: Path, shift: str, severity: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Read one corruption of the test set from the unpacked archive.

    Args:
        folder: holds `mnist_c/<corruption>/{test_images,test_labels}.npy`.
        shift: the name of the corruption.
        severity: its severity, the one that the archive has.

    Returns:
        images [n, 28, 28] uint8, labels [n] in 0..9.

    Raises:
        QuantshiftError: a file is missing, damaged, or not what the archive is known to hold.
    """
    corruptions = folder / "mnist_c"
    if not corruptions.is_dir():
        raise QuantshiftError(
            f"{corruptions} is missing: expected the unpacked mnist_c.zip of Zenodo record 3239543 in {folder}"
        )
    if not (corruptions / shift).is_dir():
        known = sorted(path.name for path in corruptions.iterdir() if path.is_dir())
        raise QuantshiftError(f"{corruptions / shift} is missing: the archive has no {shift!r}; {hint(shift, known)}")

    images_file, labels_file = (corruptions / shift / name for name in ("test_images.npy", "test_labels.npy"))
    images, labels = load(images_file), load(labels_file)
    if images.dtype != np.uint8 or images.ndim != 4 or images.shape[1:] != SHAPE:
        raise unexpected(images_file, describe(images), "uint8 images [n, 28, 28, 1]")
    if not np.issubdtype(labels.dtype, np.integer) or labels.ndim != 1:
        raise unexpected(labels_file, describe(labels), "integer labels [n]")
    if len(labels) != len(images):
        raise unexpected(labels_file, f"{len(labels)} labels", f"{len(images)}, one for each image in {images_file}")
    outside = labels[(labels < 0) | (labels >= CLASSES)]
    if outside.size:
        raise unexpected(labels_file, f"the label {outside[0]}", f"labels from 0 to {CLASSES - 1}")
    return images[..., 0], labels.astype(np.int64)


def load(file: Path) -> NDArray[Any]:
    """Read one array; a pickle is refused, for reading it could run anything."""
    try:
        array = np.load(file, allow_pickle=False)
    except FileNotFoundError as error:
        raise QuantshiftError(f"{file} is missing: unpack mnist_c.zip of Zenodo record 3239543 again") from error
    except (ValueError, EOFError, OSError) as error:
        raise unexpected(file, f"a file that cannot be read ({error})", "a whole .npy array without pickles") from error
    if not isinstance(array, np.ndarray):
        raise unexpected(file, "an archive of several arrays", "one .npy array")
    return array


def describe(array: NDArray[Any]) -> str:
    """Return an array's type and shape in words."""
    return f"{array.dtype} {list(array.shape)}"


def unexpected(file: Path, found: str, expected: str) -> QuantshiftError:
    """Return the error for a file that does not hold what it should."""
    return QuantshiftError(f"{file} holds {found}, expected {expected}: unpack the published mnist_c.zip again")
