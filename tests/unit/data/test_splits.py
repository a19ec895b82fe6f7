import itertools
import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from quantshift.core.errors import QuantshiftError
from quantshift.data.image_files import Pictures
from quantshift.data.modalities import DataSet
from quantshift.data.splits import Raw, Split, split
from quantshift.data.stored_splits import write
from quantshift.seeds import generator
from quantshift.storage.arrays import select

RAW = Raw(
    train_inputs=np.arange(100)[:, np.newaxis],
    train_labels=np.arange(100) % 10,
    test_inputs=np.arange(1000, 1020)[:, np.newaxis],
    test_labels=np.arange(20) % 10,
)


def data_set(folder):
    return DataSet("mnist", "image", (1, 28, 28), {}, folder)


def parts(raw=RAW, **changes):
    sizes = {"validation": 20, "calibration": 10, "train_limit": None, "test_limit": None} | changes
    return split(raw, dataset="mnist", generator=generator("splits", "mnist"), **sizes)


def test_splits_share_no_source_and_use_all_inputs():
    splits = parts()
    assert {name: len(part.labels) for name, part in splits.items()} == {
        "train": 70,
        "validation": 20,
        "calibration": 10,
        "test": 20,
    }
    sources = np.concatenate([part.sources for part in splits.values()])
    assert sources.dtype == np.int64
    assert sorted(sources.tolist()) == list(range(120))


def test_sources_identify_the_inputs():
    splits = parts()
    for name in ("train", "validation", "calibration"):
        np.testing.assert_array_equal(splits[name].inputs[:, 0], splits[name].sources)
        np.testing.assert_array_equal(splits[name].labels, splits[name].sources % 10)
    np.testing.assert_array_equal(splits["test"].inputs[:, 0], splits["test"].sources - 100 + 1000)


def test_the_training_limit_changes_only_the_training_data():
    whole, limited = parts(), parts(train_limit=30)
    for name in ("validation", "calibration", "test"):
        np.testing.assert_array_equal(whole[name].sources, limited[name].sources)
    np.testing.assert_array_equal(whole["train"].sources[:30], limited["train"].sources)


def test_the_test_limit_selects_the_first_inputs():
    assert parts(test_limit=3)["test"].inputs[:, 0].tolist() == [1000, 1001, 1002]


def test_training_data_are_permuted_by_the_generator():
    sources = parts()["train"].sources
    assert sources.tolist() != sorted(sources.tolist())
    np.testing.assert_array_equal(sources, parts()["train"].sources)


BURSTS = Raw(
    train_inputs=np.arange(100)[:, np.newaxis],
    train_labels=np.arange(100) % 10,
    test_inputs=np.arange(1000, 1020)[:, np.newaxis],
    test_labels=np.arange(20) % 10,
    train_sources=np.arange(100) // 4,  # 25 sources of four inputs each; two sources are also in the test data
    test_sources=np.arange(20) // 2 + 23,
)
PUBLISHED_VALIDATION = Split(np.arange(2000, 2030)[:, np.newaxis], np.arange(30) % 10, np.arange(30) // 3 + 20)


def sources_of(splits):
    return {name: set(part.sources.tolist()) for name, part in splits.items()}


def test_inputs_of_one_source_are_in_one_split():
    splits = parts(BURSTS)
    sources = sources_of(splits)
    assert all(sources[a].isdisjoint(sources[b]) for a, b in itertools.combinations(sources, 2))
    assert [len(splits[name].labels) for name in ("validation", "calibration", "test")] == [20, 10, 20]
    for name in ("train", "validation", "calibration"):
        np.testing.assert_array_equal(splits[name].inputs[:, 0] // 4, splits[name].sources)
    # Nothing else is left out.
    excluded = sources["validation"] | sources["calibration"] | sources["test"]
    assert sorted(splits["train"].inputs[:, 0]) == [n for n in range(100) if n // 4 not in excluded]


def test_sources_are_drawn_whole():
    """Sources 0 to 22 have four inputs each: validation has five sources, calibration two and a half."""
    splits = parts(BURSTS)
    assert {name: len(splits[name].labels) for name in ("validation", "calibration", "train")} == {
        "validation": 20,
        "calibration": 10,
        "train": 92 - 20 - 12,
    }
    assert np.unique(splits["validation"].sources, return_counts=True)[1].tolist() == [4] * 5
    np.testing.assert_array_equal(np.diff(splits["train"].sources) != 0, np.arange(1, 60) % 4 == 0)


@pytest.mark.parametrize("number", [20, 60, 100])
def test_a_large_source_is_set_aside_last(number):
    """Source 0 has 50 of 150 inputs: more than a tenth of each number."""
    sources = np.concatenate([np.zeros(50, np.int64), np.arange(1, 101)])
    raw = Raw(np.arange(150), sources * 0, np.arange(1), np.zeros(1, np.int64), sources, np.array([999]))
    for sizes in ({"validation": number, "calibration": 0}, {"validation": 0, "calibration": number}):
        splits = parts(raw, **sizes)
        (name,) = (name for name in sizes if sizes[name])
        assert len(splits[name].sources) == number
        assert 0 not in splits[name].sources
        assert (splits["train"].sources == 0).sum() == 50


def test_a_large_source_is_set_aside_if_others_are_too_few():
    sources = np.concatenate([np.zeros(50, np.int64), np.ones(50, np.int64), np.arange(2, 12)])
    raw = Raw(np.arange(110), sources * 0, np.arange(1), np.zeros(1, np.int64), sources, np.array([999]))
    validated = parts(raw, validation=60, calibration=0)["validation"].sources
    assert set(validated) >= set(range(2, 12))
    assert len(set(validated)) == 11


def test_a_large_source_comes_no_sooner_than_another():
    """Source 0 has half of the inputs, and is the first of eleven sources in one of eleven draws."""
    raw = Raw(np.arange(20), np.zeros(20, np.int64), np.arange(1), np.zeros(1, np.int64))
    raw = replace(raw, train_sources=np.maximum(np.arange(20) - 9, 0), test_sources=np.array([99]))
    sizes = {"validation": 0, "calibration": 0, "train_limit": 1, "test_limit": None}
    drawn = [
        split(raw, dataset="mnist", generator=np.random.default_rng(seed), **sizes)["train"].sources[0]
        for seed in range(1100)
    ]
    assert 70 < drawn.count(0) < 130


def test_explicit_sources_of_one_input_each_give_the_same_splits():
    explicit = replace(RAW, train_sources=np.arange(100), test_sources=np.arange(100, 120))
    for name, part in parts().items():
        np.testing.assert_array_equal(part.sources, parts(explicit)[name].sources)


def test_published_validation_data_are_used():
    """Sources 20 to 22 are in the training data, 23 to 29 in the test data."""
    splits = parts(replace(BURSTS, validation=PUBLISHED_VALIDATION), validation=9)
    sources = sources_of(splits)
    assert sources["validation"] == {20, 21, 22}
    np.testing.assert_array_equal((splits["validation"].inputs[:, 0] - 2000) // 3 + 20, splits["validation"].sources)
    np.testing.assert_array_equal(splits["validation"].labels, splits["validation"].inputs[:, 0] % 10)
    assert all(sources[a].isdisjoint(sources[b]) for a, b in itertools.combinations(sources, 2))
    assert len(parts(replace(BURSTS, validation=PUBLISHED_VALIDATION), validation=0)["validation"].labels) == 0


def test_more_validation_data_than_published_are_refused():
    with pytest.raises(QuantshiftError, match=r"validation is 10, but must be from 0 to 9 \(there are 9 validation"):
        parts(replace(BURSTS, validation=PUBLISHED_VALIDATION), validation=10)


def test_sources_that_leave_no_training_data_are_refused():
    single_source = replace(BURSTS, train_sources=np.zeros(100, np.int64), test_sources=np.ones(20, np.int64))
    with pytest.raises(QuantshiftError, match=r"mnist\.validation \(1\) and \.calibration \(0\) leave no training"):
        parts(single_source, validation=1, calibration=0)
    with pytest.raises(QuantshiftError, match=r"calibration is 1, but must be from 0 to 0 \(there are 0 left"):
        parts(single_source, validation=1, calibration=1)


def test_no_validation_and_no_calibration():
    splits = parts(validation=0, calibration=0)
    assert len(splits["validation"].labels) == len(splits["calibration"].labels) == 0
    assert splits["validation"].inputs.shape == (0, 1)
    assert len(splits["train"].labels) == 100


def test_lazy_inputs_are_not_decoded_before_they_are_written(tmp_path):
    """None of these pictures exists: splitting reads none of them."""
    absent = [tmp_path / f"{n}.png" for n in range(12)]
    labels = np.arange(12)
    raw = Raw(Pictures(absent[:9], 4, 4), labels[:9], Pictures(absent[9:], 4, 4), labels[9:])
    splits = parts(raw, validation=2, calibration=1, train_limit=4, test_limit=2)
    assert {name: part.inputs.shape for name, part in splits.items()} == {
        "train": (4, 3, 4, 4),
        "validation": (2, 3, 4, 4),
        "calibration": (1, 3, 4, 4),
        "test": (2, 3, 4, 4),
    }
    for part in splits.values():
        assert [path.stem for path in part.inputs.paths] == [str(source) for source in part.sources]
    with pytest.raises(QuantshiftError, match=rf"{splits['train'].sources[0]}\.png is missing"):
        write(splits, data_set(tmp_path / "splits"))


def test_lazy_inputs_are_written_like_arrays(tmp_path):
    paths = [tmp_path / f"{n}.png" for n in range(12)]
    for n, path in enumerate(paths):
        Image.new("RGB", (4, 4), (20 * n, n, 0)).save(path)
    lazy = Pictures(paths, 4, 4)
    labels = np.arange(12)
    sizes = {"validation": 2, "calibration": 1, "train_limit": 4, "test_limit": 2}
    for name, inputs in (("lazy", lazy), ("whole", lazy[:])):
        train, test = (select(inputs, slice(*ends)) for ends in ((0, 9), (9, 12)))
        write(parts(Raw(train, labels[:9], test, labels[9:]), **sizes), data_set(tmp_path / name))
    for path in (tmp_path / "whole").rglob("*.npy"):
        assert (tmp_path / "lazy" / path.relative_to(tmp_path / "whole")).read_bytes() == path.read_bytes()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"validation": 100}, r"datasets\.mnist\.validation is 100, but must be from 0 to 99 \(there are 100"),
        ({"validation": -1}, r"datasets\.mnist\.validation is -1"),
        ({"calibration": 80}, r"datasets\.mnist\.calibration is 80, but must be from 0 to 79"),
        ({"train_limit": 71}, r"datasets\.mnist\.train_limit is 71, but must be from 1 to 70"),
        ({"train_limit": 0}, r"datasets\.mnist\.train_limit is 0"),
        ({"test_limit": 21}, r"datasets\.mnist\.test_limit is 21, but must be from 1 to 20"),
    ],
)
def test_numbers_out_of_range_are_refused(changes, message):
    with pytest.raises(QuantshiftError, match=message):
        parts(**changes)


def test_written_files(tmp_path):
    splits = parts()
    write(splits, data_set(tmp_path))
    files = {file.relative_to(tmp_path).as_posix() for file in tmp_path.rglob("*.*")}
    arrays = ("inputs.npy", "labels.npy", "sources.npy", "texts.json")
    assert files == {"vocabulary.json", *(f"{name}/{file}" for name in splits for file in arrays)}
    assert json.loads((tmp_path / "test/texts.json").read_text()) == []
    for name, part in splits.items():
        np.testing.assert_array_equal(np.load(tmp_path / name / "inputs.npy"), part.inputs)
        np.testing.assert_array_equal(np.load(tmp_path / name / "labels.npy"), part.labels)
        np.testing.assert_array_equal(np.load(tmp_path / name / "sources.npy"), part.sources)
