"""Reading the published archive, and what is said when it is not as published."""

from pathlib import Path

import numpy as np
import pytest

from quantshift.errors import QuantshiftError
from quantshift.shifts.archives import mnist_c


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    for shift in ("fog", "zigzag"):
        folder = tmp_path / "mnist_c" / shift
        folder.mkdir(parents=True)
        generator = np.random.default_rng(len(shift))
        np.save(folder / "test_images.npy", generator.integers(0, 256, (5, 28, 28, 1), dtype=np.uint8))
        np.save(folder / "test_labels.npy", np.arange(5, dtype=np.int32))
    return tmp_path


def test_it_reads_images_and_labels(archive: Path) -> None:
    images, labels = mnist_c.read(archive, "zigzag", 0)
    assert images.dtype == np.uint8
    assert labels.dtype == np.int64
    np.testing.assert_array_equal(images[..., None], np.load(archive / "mnist_c/zigzag/test_images.npy"))
    np.testing.assert_array_equal(labels, np.arange(5))


def test_a_missing_archive_is_named(tmp_path: Path) -> None:
    with pytest.raises(QuantshiftError, match=r"mnist_c is missing: expected the unpacked mnist_c\.zip"):
        mnist_c.read(tmp_path, "fog", 5)


def test_a_missing_corruption_gets_a_hint(archive: Path) -> None:
    with pytest.raises(QuantshiftError, match=r"zigzak is missing.*did you mean 'zigzag'"):
        mnist_c.read(archive, "zigzak", 0)


def test_a_missing_file_is_named(archive: Path) -> None:
    (archive / "mnist_c/fog/test_labels.npy").unlink()
    with pytest.raises(QuantshiftError, match=r"fog/test_labels\.npy is missing"):
        mnist_c.read(archive, "fog", 5)


@pytest.mark.parametrize(
    ("file", "array", "message"),
    [
        ("test_images", np.zeros((5, 28, 28, 1), np.float32), r"float32 \[5, 28, 28, 1\], expected uint8 images"),
        ("test_images", np.zeros((5, 28, 28), np.uint8), r"uint8 \[5, 28, 28\], expected uint8 images"),
        ("test_images", np.zeros((5, 32, 32, 1), np.uint8), r"uint8 \[5, 32, 32, 1\], expected uint8 images"),
        ("test_images", np.zeros((4, 28, 28, 1), np.uint8), "5 labels, expected 4"),
        ("test_labels", np.zeros((5, 10), np.int64), r"int64 \[5, 10\], expected integer labels"),
        ("test_labels", np.zeros(5), r"float64 \[5\], expected integer labels"),
        ("test_labels", np.array([0, 1, 2, 3, 10]), "the label 10, expected labels from 0 to 9"),
        ("test_labels", np.array([0, 1, -2, 3, 4]), "the label -2, expected labels from 0 to 9"),
    ],
)
def test_an_array_that_is_not_as_published_is_refused(
    archive: Path, file: str, array: np.ndarray, message: str
) -> None:
    np.save(archive / f"mnist_c/fog/{file}.npy", array)
    with pytest.raises(QuantshiftError, match=rf"mnist_c/fog/test_\w+\.npy holds {message}"):
        mnist_c.read(archive, "fog", 5)


def test_damaged_files_and_pickles_are_refused(archive: Path) -> None:
    file = archive / "mnist_c/fog/test_images.npy"
    whole = file.read_bytes()
    file.write_bytes(whole[:1000])
    with pytest.raises(QuantshiftError, match="cannot be read"):
        mnist_c.read(archive, "fog", 5)
    file.write_bytes(b"")
    with pytest.raises(QuantshiftError, match="cannot be read"):
        mnist_c.read(archive, "fog", 5)
    np.save(file, np.array([{}], dtype=object), allow_pickle=True)
    with pytest.raises(QuantshiftError, match="cannot be read"):
        mnist_c.read(archive, "fog", 5)
    with file.open("wb") as stream:
        np.savez(stream, images=np.zeros(3))
    with pytest.raises(QuantshiftError, match="several arrays"):
        mnist_c.read(archive, "fog", 5)
