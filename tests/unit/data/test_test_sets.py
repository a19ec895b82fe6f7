"""Shifted test sets on the disk."""

import itertools
import json

import numpy as np
import pytest
from PIL import Image

from quantshift.core.dataset_facts import facts_of
from quantshift.core.errors import QuantshiftError
from quantshift.data import test_sets
from quantshift.data.foreign_sources import foreign_sources
from quantshift.data.modalities import DataSet, image
from quantshift.data.stored import Stored
from quantshift.data.windows import originals
from quantshift.shifts.vendor import vendor
from quantshift.storage.arrays import write_array

COUNT = 6
LABELS = np.arange(COUNT, dtype=np.int64) % 10
SOURCES = np.arange(100, 100 + COUNT, dtype=np.int64)
IMAGES = np.random.default_rng(0).integers(0, 256, (COUNT, 1, 28, 28), dtype=np.uint8)


def data_set(folder, name="mnist"):
    return DataSet(name, "image", (1, 28, 28), {}, folder)


@pytest.fixture
def clean(tmp_path):
    test_sets.write(tmp_path / "mnist/test", Stored.of(IMAGES), LABELS, SOURCES)
    return tmp_path / "mnist/test"


@pytest.fixture
def archive(tmp_path):
    """A published archive with three more images than the study uses."""
    folder = tmp_path / "archive/mnist_c/fog"
    folder.mkdir(parents=True)
    np.save(folder / "test_images.npy", np.full((COUNT + 3, 28, 28, 1), 7, dtype=np.uint8))
    np.save(folder / "test_labels.npy", np.arange(COUNT + 3) % 10)
    return tmp_path / "archive"


def arrays(folder):
    return tuple(np.load(folder / f"{name}.npy") for name in ("inputs", "labels", "sources"))


def synthetic(clean, target, **changes):
    names = {
        "collection": "mnist_c",
        "suite": "mnist_c",
        "shift": "impulse_noise",
        "severity": 4,
        "limit": None,
        "artifact": None,
    }
    dataset = data_set(clean.parent, changes.pop("dataset", "mnist"))
    test_sets.create(dataset, "synthetic", **(names | changes), target=target)
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


@pytest.mark.parametrize("array", ["labels", "sources"])
def test_clean_arrays_of_another_number_of_inputs_are_reported(clean, tmp_path, array):
    write_array(clean / f"{array}.npy", np.arange(COUNT - 1))
    with pytest.raises(QuantshiftError, match=rf"{array}\.npy has {COUNT - 1} {array} for {COUNT} inputs"):
        synthetic(clean, tmp_path / "shifted")
    assert not (tmp_path / "shifted").exists()


def test_limited_copies_are_those_of_the_inputs_that_the_sources_name(clean, tmp_path):
    inputs, labels, sources = synthetic(clean, tmp_path / "few", shift="identity", severity=0, limit=3)
    assert len(inputs) == 3
    chosen = originals(SOURCES, sources)
    np.testing.assert_array_equal(inputs, IMAGES[chosen])
    np.testing.assert_array_equal(labels, LABELS[chosen])
    np.testing.assert_array_equal(sources, SOURCES[chosen])


def test_severities_share_their_inputs_and_shifts_do_not(clean, tmp_path):
    sources = {
        (shift, severity): tuple(
            synthetic(clean, tmp_path / f"{shift}{severity}", shift=shift, severity=severity, limit=3)[2]
        )
        for shift in ("brightness", "scale", "fog", "rotate")
        for severity in (1, 5)
    }
    assert all(sources[shift, 1] == sources[shift, 5] for shift, _ in sources)
    assert len(set(sources.values())) > 1


def test_a_suite_of_ones_own_has_the_windows_of_its_collection(clean, tmp_path):
    one, other = (synthetic(clean, tmp_path / suite, suite=suite, limit=3)[2] for suite in ("mnist_c", "mine"))
    np.testing.assert_array_equal(one, other)


def test_a_limited_test_set_does_not_depend_on_the_parts(clean, tmp_path, monkeypatch):
    whole = synthetic(clean, tmp_path / "whole", limit=5)
    monkeypatch.setattr(image, "PART", 2 * 28 * 28)
    for one, other in zip(whole, synthetic(clean, tmp_path / "parts", limit=5), strict=True):
        np.testing.assert_array_equal(one, other)


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
    with pytest.raises(QuantshiftError, match=r"test/inputs\.npy is not a complete"):
        synthetic(clean, tmp_path / "shifted")
    assert not (tmp_path / "shifted").exists()


def natural(shift, artifact, target, limit=None):
    dataset = data_set(target.parent)
    names = {"collection": shift, "suite": shift, "shift": shift, "severity": 0}
    test_sets.create(dataset, "natural", **names, limit=limit, artifact=artifact, target=target)
    return arrays(target)


def test_other_data_have_sources_of_their_own(clean, tmp_path):
    natural("digits", None, tmp_path / "digits", limit=50)
    inputs, labels, sources = arrays(tmp_path / "digits")
    assert inputs.shape == (50, 1, 28, 28)
    assert set(labels) <= set(range(10))
    assert sources.dtype == np.int64
    assert np.all(sources < 0)
    assert len(set(sources)) == 50


def test_a_limit_takes_a_random_sample_of_other_data(tmp_path):
    """The digits are sorted by their writers."""
    whole, few = natural("digits", None, tmp_path / "all"), natural("digits", None, tmp_path / "few", limit=200)
    assert len(whole[1]) == 1797
    chosen = originals(whole[2], few[2])
    for one, other in zip(whole, few, strict=True):
        np.testing.assert_array_equal(one[chosen], other)
    assert (np.bincount(chosen * 3 // 1797) > 40).all()


@pytest.fixture
def drawings(tmp_path):
    """Twenty emoji, each filled with one colour, in the layout of another vendor's package."""
    folder = tmp_path / "emoji_twitter"
    (folder / "package/img/twitter/64").mkdir(parents=True)
    table = [
        {"unified": f"1F6{n:02X}", "image": f"{n}.png", "category": "Flags", "has_img_twitter": True} for n in range(20)
    ]
    (folder / "package/emoji.json").write_text(json.dumps(table), encoding="utf-8")
    for n in range(20):
        Image.new("RGB", (64, 64), (0, 10 * n, 255)).save(folder / f"package/img/twitter/64/{n}.png")
    return folder


def test_lazy_pictures_from_an_artifact(drawings, tmp_path):
    for name, limit in (("all", None), ("few", 2)):
        natural("vendor", drawings, tmp_path / "shifted" / name, limit)
    inputs, labels, sources = arrays(tmp_path / "shifted/all")
    pictures, expected, own = vendor.load(drawings)
    np.testing.assert_array_equal(inputs, pictures[:])
    assert inputs.shape == (len(expected), *facts_of("emoji").shape)
    assert inputs.dtype == np.uint8
    assert (inputs[:, 0] == 0).all()
    assert (inputs[:, 2] == 255).all()
    np.testing.assert_array_equal(labels, expected)
    # The sources of the clean test emoji, of which these are other drawings.
    np.testing.assert_array_equal(sources, own)
    assert len(set(sources)) == len(sources) > 2
    # The first inputs, as in the clean test set.
    for whole, first in zip(arrays(tmp_path / "shifted/all"), arrays(tmp_path / "shifted/few"), strict=True):
        np.testing.assert_array_equal(whole[:2], first)


@pytest.mark.parametrize("paired", [True, False])
def test_other_inputs_that_show_the_same_have_one_source(drawings, tmp_path, monkeypatch, paired):
    """Half of the emoji are the other half with another gender."""
    monkeypatch.setattr(vendor, "PAIRED", paired)
    table = [
        {"unified": f"{code}{sign}", "image": f"{n}.png", "category": "People & Body", "has_img_twitter": True}
        for n, (code, sign) in enumerate(itertools.product((f"1F9{n}" for n in range(10, 20)), ("", "-200D-2640-FE0F")))
    ]
    (drawings / "package/emoji.json").write_text(json.dumps(table), encoding="utf-8")
    sources, few = (natural("vendor", drawings, tmp_path / f"limit_{limit}", limit)[2] for limit in (None, 3))
    numbers, counts = np.unique(sources, return_counts=True)
    assert (numbers >= 0).all() if paired else (numbers < 0).all()
    assert len(numbers) > 1
    assert set(counts) == {2}
    if paired:
        np.testing.assert_array_equal(few, sources[:3])
    else:
        assert len(few) == 3
        assert (originals(sources, few) >= 0).all()


def test_a_damaged_picture_leaves_no_inputs(drawings, tmp_path):
    for path in (drawings / "package/img/twitter/64").iterdir():
        path.write_bytes(path.read_bytes()[:60])
    with pytest.raises(QuantshiftError, match=r"\.png cannot be read as a picture"):
        natural("vendor", drawings, tmp_path / "out")
    assert not list((tmp_path / "out").iterdir())


def published(archive, clean, target, limit=None):
    names = {"collection": "mnist_c", "suite": "mnist_c", "shift": "fog", "severity": 5}
    test_sets.create(data_set(clean.parent), "archive", **names, limit=limit, artifact=archive, target=target)


def test_the_archives_images_take_the_clean_sets_sources(archive, clean, tmp_path):
    published(archive, clean, tmp_path / "shifted")
    inputs, labels, sources = arrays(tmp_path / "shifted")
    np.testing.assert_array_equal(inputs, np.full(IMAGES.shape, 7))
    np.testing.assert_array_equal(labels, LABELS)
    np.testing.assert_array_equal(sources, SOURCES)


def test_a_shift_of_an_archive_has_the_window_of_a_generated_shift(archive, clean, tmp_path):
    numbers = np.arange(COUNT + 3, dtype=np.uint8)[:, None, None, None]
    np.save(archive / "mnist_c/fog/test_images.npy", np.broadcast_to(numbers, (COUNT + 3, 28, 28, 1)))
    published(archive, clean, tmp_path / "published", limit=3)
    inputs, labels, sources = arrays(tmp_path / "published")
    np.testing.assert_array_equal(sources, synthetic(clean, tmp_path / "made", shift="fog", severity=5, limit=3)[2])
    chosen = originals(SOURCES, sources)
    np.testing.assert_array_equal(inputs[:, 0, 0, 0], chosen)
    np.testing.assert_array_equal(labels, LABELS[chosen])


@pytest.mark.parametrize("labels", [np.arange(COUNT + 3)[::-1] % 10, np.arange(COUNT - 1)], ids=["others", "too-few"])
def test_the_archive_of_other_data_is_rejected(archive, clean, tmp_path, labels):
    folder = archive / "mnist_c/fog"
    np.save(folder / "test_labels.npy", labels)
    np.save(folder / "test_images.npy", np.zeros((len(labels), 28, 28, 1), dtype=np.uint8))
    with pytest.raises(QuantshiftError, match="the labels of fog are not those of the clean test set"):
        published(archive, clean, tmp_path / "shifted")
    assert not (tmp_path / "shifted").exists()


def test_labels_after_those_of_the_clean_test_set_do_not_matter(archive, clean, tmp_path):
    np.save(archive / "mnist_c/fog/test_labels.npy", np.append(LABELS, [9, 9, 9]))
    published(archive, clean, tmp_path / "shifted")
    assert len(np.load(tmp_path / "shifted/labels.npy")) == COUNT


def test_an_unknown_kind_is_a_bug(clean, tmp_path):
    names = {"collection": "mnist_c", "suite": "mnist_c", "shift": "fog", "severity": 1, "limit": None}
    with pytest.raises(ValueError, match="kind 'other'"):
        test_sets.create(data_set(clean.parent), "other", **names, artifact=None, target=tmp_path / "shifted")
    assert not (tmp_path / "shifted").exists()


@pytest.mark.parametrize("shape", [(5, 1, 28, 28), (5, 3, 32, 30)])
def test_stored_is_the_inverse_of_planes(shape):
    images = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    np.testing.assert_array_equal(image.stored(image.planes(images)), images)


def test_colour_images_are_shifted_with_their_channels_last():
    images = np.zeros((2, 3, 4, 5), dtype=np.uint8)
    images[0, 2, 1, 4] = 1
    assert image.planes(images)[0, 1, 4, 2] == 1


def test_natural_shifts_share_no_source():
    names = [("customer_reviews", "cr"), ("tweets", "tweets"), ("editorials", "editorials"), ("yelp", "yelp")]
    sources = np.concatenate([foreign_sources(*name, 20_000) for name in names])
    assert sources.max() < 0
    assert len(np.unique(sources)) == len(sources)
    np.testing.assert_array_equal(foreign_sources("a", "b", 5), foreign_sources("a", "b", 9)[:5])
