"""Shifted test sets on the disk."""

import numpy as np
import pytest

from quantshift import test_sets
from quantshift.errors import QuantshiftError

COUNT = 6
LABELS = np.arange(COUNT, dtype=np.int64) % 10
SOURCES = np.arange(100, 100 + COUNT, dtype=np.int64)
IMAGES = np.random.default_rng(0).integers(0, 256, (COUNT, 1, 28, 28), dtype=np.uint8)


@pytest.fixture
def clean(tmp_path):
    test_sets.write(tmp_path / "clean", IMAGES, LABELS, SOURCES)
    return tmp_path / "clean"


@pytest.fixture
def archive(tmp_path):
    """A published archive of three more images than the study uses."""
    folder = tmp_path / "archive/mnist_c/fog"
    folder.mkdir(parents=True)
    np.save(folder / "test_images.npy", np.full((COUNT + 3, 28, 28, 1), 7, dtype=np.uint8))
    np.save(folder / "test_labels.npy", np.arange(COUNT + 3) % 10)
    return tmp_path / "archive"


def arrays(folder):
    return tuple(np.load(folder / f"{name}.npy") for name in ("inputs", "labels", "sources"))


def synthetic(clean, target, **changes):
    names = {
        "dataset": "mnist",
        "collection": "mnist_c",
        "suite": "mnist_c",
        "shift": "impulse_noise",
        "severity": 4,
        "limit": None,
    }
    test_sets.synthetic(**(names | changes), clean=clean, target=target)
    return arrays(target)


def test_shifted_copies_keep_labels_and_sources(clean, tmp_path):
    inputs, labels, sources = synthetic(clean, tmp_path / "shifted")
    assert inputs.shape == IMAGES.shape
    assert inputs.dtype == np.uint8
    assert np.any(inputs != IMAGES)
    np.testing.assert_array_equal(labels, LABELS)
    np.testing.assert_array_equal(sources, SOURCES)


def test_a_shift_without_change_keeps_the_inputs(clean, tmp_path):
    inputs, _, _ = synthetic(clean, tmp_path / "shifted", shift="identity", severity=0)
    np.testing.assert_array_equal(inputs, IMAGES)


def test_a_limit_shifts_the_first_inputs_alone(clean, tmp_path):
    inputs, labels, sources = synthetic(clean, tmp_path / "few", shift="identity", severity=0, limit=3)
    np.testing.assert_array_equal(inputs, IMAGES[:3])
    np.testing.assert_array_equal(labels, LABELS[:3])
    np.testing.assert_array_equal(sources, SOURCES[:3])


def test_the_same_names_give_the_same_bytes(clean, tmp_path):
    for target in ("first", "second"):
        synthetic(clean, tmp_path / target)
    assert (tmp_path / "first/inputs.npy").read_bytes() == (tmp_path / "second/inputs.npy").read_bytes()


@pytest.mark.parametrize("changes", [{"dataset": "other"}, {"severity": 5}, {"shift": "shot_noise"}])
def test_other_names_give_other_inputs(clean, tmp_path, changes):
    first, _, _ = synthetic(clean, tmp_path / "first")
    second, _, _ = synthetic(clean, tmp_path / "second", **changes)
    assert np.any(first != second)


def test_a_damaged_clean_set_is_named(clean, tmp_path):
    whole = (clean / "inputs.npy").read_bytes()
    (clean / "inputs.npy").write_bytes(whole[:200])
    with pytest.raises(QuantshiftError, match=r"clean/inputs\.npy is not a complete"):
        synthetic(clean, tmp_path / "shifted")
    assert not (tmp_path / "shifted").exists()


def test_other_data_have_sources_of_their_own(clean, tmp_path):
    test_sets.natural(collection="digits", shift="digits", limit=50, target=tmp_path / "digits")
    inputs, labels, sources = arrays(tmp_path / "digits")
    assert inputs.shape == (50, 1, 28, 28)
    assert set(labels) <= set(range(10))
    assert sources.dtype == np.int64
    assert np.all(sources < 0)
    assert len(set(sources)) == 50


def test_a_limit_takes_the_first_inputs(tmp_path):
    test_sets.natural(collection="digits", shift="digits", limit=None, target=tmp_path / "all")
    test_sets.natural(collection="digits", shift="digits", limit=20, target=tmp_path / "few")
    assert len(np.load(tmp_path / "all/labels.npy")) == 1797
    for whole, first in zip(arrays(tmp_path / "all"), arrays(tmp_path / "few"), strict=True):
        np.testing.assert_array_equal(whole[:20], first)


def published(archive, clean, target):
    test_sets.published(
        collection="mnist_c", shift="fog", severity=5, limit=None, archive=archive, clean=clean, target=target
    )


def test_the_archives_images_take_the_clean_sets_sources(archive, clean, tmp_path):
    published(archive, clean, tmp_path / "shifted")
    inputs, labels, sources = arrays(tmp_path / "shifted")
    np.testing.assert_array_equal(inputs, np.full(IMAGES.shape, 7))
    np.testing.assert_array_equal(labels, LABELS)
    np.testing.assert_array_equal(sources, SOURCES)


@pytest.mark.parametrize("labels", [np.arange(COUNT + 3)[::-1] % 10, np.arange(COUNT - 1)], ids=["others", "too-few"])
def test_the_archive_of_other_data_is_refused(archive, clean, tmp_path, labels):
    folder = archive / "mnist_c/fog"
    np.save(folder / "test_labels.npy", labels)
    np.save(folder / "test_images.npy", np.zeros((len(labels), 28, 28, 1), dtype=np.uint8))
    with pytest.raises(QuantshiftError, match="the labels of fog are not those of the clean test set"):
        published(archive, clean, tmp_path / "shifted")
    assert not (tmp_path / "shifted").exists()


def test_labels_beyond_the_limit_do_not_matter(archive, clean, tmp_path):
    np.save(archive / "mnist_c/fog/test_labels.npy", np.append(LABELS, [9, 9, 9]))
    published(archive, clean, tmp_path / "shifted")
    assert len(np.load(tmp_path / "shifted/labels.npy")) == COUNT


@pytest.mark.parametrize("shape", [(5, 1, 28, 28), (5, 3, 32, 30)])
def test_images_are_stored_as_they_were(shape):
    images = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    np.testing.assert_array_equal(test_sets.stored(test_sets.planes(images)), images)


def test_colour_images_are_shifted_with_their_channels_last():
    images = np.zeros((2, 3, 4, 5), dtype=np.uint8)
    images[0, 2, 1, 4] = 1
    assert test_sets.planes(images)[0, 1, 4, 2] == 1
