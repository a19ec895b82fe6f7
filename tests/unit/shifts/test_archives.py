"""Reading the published archives, and the messages if their content is not as published."""

import hashlib
import io
import tarfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from quantshift.core.errors import QuantshiftError
from quantshift.data import test_sets
from quantshift.data.modalities import DataSet
from quantshift.fetching.artifacts import cifar10_c as artifact
from quantshift.fetching.fetch import fetch_from
from quantshift.fetching.origin import File
from quantshift.shifts.archives import cifar10_c, mnist_c
from quantshift.storage.arrays import read_array, write_array


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    for shift in ("fog", "zigzag"):
        folder = tmp_path / "mnist_c" / shift
        folder.mkdir(parents=True)
        generator = np.random.default_rng(len(shift))
        np.save(folder / "test_images.npy", generator.integers(0, 256, (5, 28, 28, 1), dtype=np.uint8))
        np.save(folder / "test_labels.npy", np.arange(5, dtype=np.int32))
    return tmp_path


def test_images_and_labels_are_read(archive: Path) -> None:
    images, labels = mnist_c.read(archive, "zigzag", 0)
    assert images.dtype == np.uint8
    assert labels.dtype == np.int64
    np.testing.assert_array_equal(images[..., None], np.load(archive / "mnist_c/zigzag/test_images.npy"))
    np.testing.assert_array_equal(labels, np.arange(5))


def test_the_message_names_a_missing_archive(tmp_path: Path) -> None:
    with pytest.raises(QuantshiftError, match=r"mnist_c is missing: expected the unpacked mnist_c\.zip"):
        mnist_c.read(tmp_path, "fog", 5)


def test_a_missing_corruption_gets_a_hint(archive: Path) -> None:
    with pytest.raises(QuantshiftError, match=r"zigzak is missing.*did you mean 'zigzag'"):
        mnist_c.read(archive, "zigzak", 0)


def test_the_message_names_a_missing_file(archive: Path) -> None:
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
def test_an_array_that_is_not_as_published_is_rejected(
    archive: Path, file: str, array: np.ndarray, message: str
) -> None:
    np.save(archive / f"mnist_c/fog/{file}.npy", array)
    with pytest.raises(QuantshiftError, match=rf"mnist_c/fog/test_\w+\.npy holds {message}"):
        mnist_c.read(archive, "fog", 5)


def test_damaged_files_and_pickles_are_rejected(archive: Path) -> None:
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


@pytest.fixture
def colour_archive(tmp_path: Path) -> Path:
    """CIFAR-10-C in full size: five severities of 10,000 images per file (sparse, so they need no disk space)."""
    folder = tmp_path / "CIFAR-10-C"
    folder.mkdir()
    for shift in ("fog", "jpeg_compression"):
        images = np.lib.format.open_memmap(folder / f"{shift}.npy", "w+", np.uint8, (50_000, 32, 32, 3))
        images[np.arange(5) * 10_000, 1, 2, 0] = np.arange(1, 6)  # the severity, in the first image of each
        images[np.arange(5) * 10_000 + 9_999, 31, 31, 2] = len(shift)
        del images
    np.save(folder / "labels.npy", np.tile(np.arange(10_000) * 7 % 10, 5).astype(np.uint8))
    return tmp_path


@pytest.mark.parametrize("severity", cifar10_c.SEVERITIES)
def test_one_severity_is_mapped_from_the_disk(colour_archive: Path, severity: int) -> None:
    images, labels = cifar10_c.read(colour_archive, "jpeg_compression", severity)
    assert isinstance(images, np.memmap)
    assert not images.flags.writeable
    assert images.shape == (10_000, 32, 32, 3)
    assert (images[0, 1, 2, 0], images[-1, 31, 31, 2]) == (severity, len("jpeg_compression"))
    assert labels.dtype == np.int64
    np.testing.assert_array_equal(labels, np.arange(10_000) * 7 % 10)


def test_a_corruption_is_stored_as_a_test_set(colour_archive: Path, tmp_path: Path) -> None:
    dataset, target = DataSet("cifar10", "image", (3, 32, 32), {}, tmp_path / "cifar10"), tmp_path / "shifted"
    clean = dataset.folder / "test"
    write_array(clean / "labels.npy", np.arange(50) * 7 % 10)
    write_array(clean / "sources.npy", np.arange(50_000, 50_050))
    names = {"collection": "cifar10_c", "shift": "fog"}
    test_sets.published(dataset, **names, severity=4, limit=None, archive=colour_archive, target=target)
    inputs = read_array(target / "inputs.npy")
    assert inputs.shape == (50, 3, 32, 32)
    assert inputs.dtype == np.uint8
    assert (inputs[0, 0, 1, 2], inputs.sum()) == (4, 4)
    np.testing.assert_array_equal(read_array(target / "sources.npy"), np.arange(50_000, 50_050))


def test_the_message_names_what_is_missing_from_the_colour_archive(colour_archive: Path, tmp_path: Path) -> None:
    with pytest.raises(QuantshiftError, match=r"frog\.npy is missing.*did you mean 'fog'"):
        cifar10_c.read(colour_archive, "frog", 1)
    with pytest.raises(QuantshiftError, match=r"no 'labels_'; "):
        cifar10_c.read(colour_archive, "labels_", 1)
    (colour_archive / "CIFAR-10-C/labels.npy").unlink()
    with pytest.raises(QuantshiftError, match=r"labels\.npy is missing: unpack CIFAR-10-C\.tar"):
        cifar10_c.read(colour_archive, "fog", 1)
    with pytest.raises(QuantshiftError, match=r"CIFAR-10-C is missing: expected the unpacked CIFAR-10-C\.tar"):
        cifar10_c.read(tmp_path / "elsewhere", "fog", 1)
    for severity in (0, 6):
        with pytest.raises(ValueError, match="from 1 to 5"):
            cifar10_c.read(colour_archive, "fog", severity)


@pytest.mark.parametrize(
    ("file", "array", "message"),
    [
        ("fog", np.zeros((5, 32, 32, 3), np.uint8), "50000 labels, expected 5"),
        ("fog", np.zeros((5, 3, 32, 32), np.uint8), r"uint8 \[5, 3, 32, 32\], expected uint8 images \[n, 32, 32, 3\]"),
        ("fog", np.zeros((5, 32, 32, 3), np.float32), r"float32 \[5, 32, 32, 3\], expected uint8 images"),
        ("labels", np.full(50_000, 10, np.uint8), "the label 10, expected labels from 0 to 9"),
        ("labels", np.zeros(50_000), r"float64 \[50000\], expected integer labels"),
    ],
)
def test_a_colour_array_that_is_not_as_published_is_rejected(
    colour_archive: Path, file: str, array: np.ndarray, message: str
) -> None:
    np.save(colour_archive / f"CIFAR-10-C/{file}.npy", array)
    with pytest.raises(QuantshiftError, match=rf"CIFAR-10-C/\w+\.npy holds {message}"):
        cifar10_c.read(colour_archive, "fog", 1)


def test_a_wrong_number_of_colour_images_is_rejected(colour_archive: Path) -> None:
    np.save(colour_archive / "CIFAR-10-C/fog.npy", np.zeros((5, 32, 32, 3), np.uint8))
    np.save(colour_archive / "CIFAR-10-C/labels.npy", np.zeros(5, np.uint8))
    with pytest.raises(QuantshiftError, match="5 images, expected 10000 for each of 5 severities"):
        cifar10_c.read(colour_archive, "fog", 1)


def test_the_tar_of_colour_images_is_unpacked_for_reading(colour_archive: Path, serve) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        tar.add(colour_archive / "CIFAR-10-C/labels.npy", "CIFAR-10-C/labels.npy")
        small = io.BytesIO()
        np.save(small, np.zeros((2, 32, 32, 3), np.uint8))
        for name, content in (("CIFAR-10-C/fog.npy", small.getvalue()), ("CIFAR-10-C/README.txt", b"page")):
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    content = buffer.getvalue()
    origin = artifact.ORIGINS["home"]
    assert origin.limits.download > 2.9e9
    assert origin.limits.unpacked > 20 * 50_000 * 3072
    files = (File("CIFAR-10-C.tar", "md5:" + hashlib.md5(content).hexdigest()),)
    local = replace(origin, files=files, address=serve({"/CIFAR-10-C.tar": content}))
    target = colour_archive / "fetched"
    fetch_from({"home": local}, "cifar10_c", ["home"], colour_archive / "data", target)
    assert sorted(path.name for path in (target / "CIFAR-10-C").iterdir()) == ["fog.npy", "labels.npy"]
    with pytest.raises(QuantshiftError, match="50000 labels, expected 2"):
        cifar10_c.read(target, "fog", 1)
