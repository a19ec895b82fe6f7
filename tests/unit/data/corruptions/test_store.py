"""Corruptions of a user's own test data: paired, exact where nothing changes, and only for data that they fit."""

import json
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from quantshift.core.errors import QuantshiftError
from quantshift.data.corruptions.features import moments
from quantshift.data.corruptions.selection import Corruption, TestData
from quantshift.data.corruptions.store import store_corrupted
from quantshift.data.given_data import GivenData, store_splits, text_options
from quantshift.data.readers.expected import ModelInput
from quantshift.data.windows import window

ROWS = 200
SIGNATURE = [ModelInput("x", "float32", (4,)), ModelInput("ids", "int64", (2,))]
WORDS = ["good", "bad", "film", "the", "a"]


def stored(folder: Path, settings: dict, inputs: list[ModelInput]) -> TestData:
    store_splits(GivenData("mine", settings, inputs), folder / "data/feeding.json")
    return TestData.read("mine", folder / "data/feeding.json", text_options(settings))


def corrupt(folder: Path, data: TestData, collection: str, shift: str, *, severity=3, limit=None, suite="own"):
    target = folder / f"{suite}/{shift}/{severity}"
    store_corrupted(data, Corruption(collection, suite, shift, severity), limit, target)
    with np.load(target / "inputs.npz") as archive:
        inputs = {name: archive[name] for name in archive.files}
    return inputs, *(np.load(target / f"{name}.npy") for name in ("labels", "sources")), target


@pytest.fixture
def table(tmp_path):
    """Features with different scales, one of them constant and one sometimes missing, and token ids."""
    random = np.random.default_rng(0)
    x = (random.normal(size=(ROWS, 4)) * [1, 100, 0, 3] + [0, 1000, 7, -2]).astype(np.float32)
    x[::7, 3] = np.nan
    ids = random.integers(0, 9, (ROWS, 2))
    np.savez(tmp_path / "t.npz", x=x, ids=ids, labels=np.arange(ROWS) % 3, groups=np.arange(ROWS) // 2)
    return stored(tmp_path, {"test": {"file": str(tmp_path / "t.npz")}}, SIGNATURE)


@pytest.mark.parametrize("shift", ["noise", "scaling", "dropout"])
def test_features_change_in_units_of_their_deviation(tmp_path, table, shift):
    inputs, labels, sources, target = corrupt(tmp_path, table, "feature_corruptions", shift)
    with np.load(table.folder / "inputs.npz") as clean:
        x, ids = clean["x"], clean["ids"]
    np.testing.assert_array_equal(inputs["ids"], ids)
    np.testing.assert_array_equal(labels, np.load(table.folder / "labels.npy"))
    np.testing.assert_array_equal(sources, np.load(table.folder / "sources.npy"))
    changes = inputs["x"] - x
    np.testing.assert_array_equal(np.isnan(inputs["x"]), np.isnan(x))
    assert (inputs["x"][:, 2] == 7).all()
    sizes = np.nanstd(changes, axis=0)
    assert sizes[1] == pytest.approx(100 * sizes[0], rel=0.5)
    if shift == "dropout":
        assert 0.05 < (changes[:, 0] != 0).mean() < 0.2
    shown = json.loads((target / "texts.json").read_text())
    assert shown == json.loads((table.folder / "texts.json").read_text())


def test_a_window_has_whole_groups_and_is_the_same_for_all_severities(tmp_path, table):
    sources = np.load(table.folder / "sources.npy")
    index = window("mine", "feature_corruptions", "noise", sources, 50)
    for severity in (1, 5):
        _, labels, own, _ = corrupt(tmp_path, table, "feature_corruptions", "noise", severity=severity, limit=50)
        np.testing.assert_array_equal(own, sources[index])
        np.testing.assert_array_equal(labels, np.load(table.folder / "labels.npy")[index])
    *_, other, _ = corrupt(tmp_path, table, "feature_corruptions", "scaling", limit=50)
    assert set(other) != set(own)


def test_moments_are_those_of_numpy_over_parts(monkeypatch):
    values = np.random.default_rng(0).normal(5, 3, (1000, 6)).astype(np.float32)
    values[::3, 2] = np.nan
    values[:, 4] = np.nan
    monkeypatch.setattr("quantshift.data.corruptions.features.PART", 700)
    mean, deviation = moments(values)
    known = [0, 1, 2, 3, 5]
    np.testing.assert_allclose(mean[known], np.nanmean(values[:, known], axis=0), rtol=1e-5)
    np.testing.assert_allclose(deviation[known], np.nanstd(values[:, known], axis=0), rtol=1e-5)
    assert (mean[4], deviation[4]) == (0, 0)


@pytest.mark.parametrize("shape", [(9, 12, 3), (10, 8, 1)])
def test_images_are_corrupted_as_they_are_stored(tmp_path, shape):
    pixels = np.random.default_rng(0).integers(0, 256, (ROWS, *shape), dtype=np.uint8)
    np.save(tmp_path / "t.npy", pixels)
    settings = {"test": {"file": str(tmp_path / "t.npy")}, "images": {"values": "0..1", "layout": "NHWC"}}
    data = stored(tmp_path, settings, [ModelInput("x", "float32", shape)])
    inputs, _, sources, _ = corrupt(tmp_path, data, "image_corruptions", "brightness", limit=20)
    clean = pixels[sources].transpose(0, 3, 1, 2)
    assert (inputs["x"].dtype, inputs["x"].shape) == (np.uint8, clean.shape)
    assert (inputs["x"].astype(int) - clean).mean() > 10
    if shape[2] == 1:
        with pytest.raises(QuantshiftError, match="choose the suite images"):
            corrupt(tmp_path, data, "cifar10_c", "brightness")


def test_texts_are_corrupted_before_they_become_tokens(tmp_path):
    vocabulary = {token: place for place, token in enumerate(["[UNK]", "[PAD]", *WORDS])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    lines = [" ".join(np.random.default_rng(row).choice(WORDS, 12)) for row in range(ROWS)]
    (tmp_path / "t.csv").write_text("text\n" + "\n".join(lines) + "\n", encoding="utf-8")
    texts = {"tokenizer": str(tmp_path / "tokenizer.json"), "length": 12}
    settings = {"test": {"file": str(tmp_path / "t.csv")}, "texts": texts}
    data = stored(tmp_path, settings, [ModelInput("input_ids", "int64", (None,))])
    inputs, _, sources, target = corrupt(tmp_path, data, "text_corruptions", "word_drop", severity=5, limit=30)
    changed = json.loads((target / "texts.json").read_text())
    for text, ids, source in zip(changed, inputs["input_ids"], sources, strict=True):
        assert 0 < len(text.split()) < 12
        assert set(text.split()) <= set(lines[source].split())
        assert [vocabulary[word] for word in text.split()] == ids[ids != 1].tolist()
    with pytest.raises(
        QuantshiftError, match=r"'own' is for images \(uint8\), but the data 'mine' have texts: choose texts"
    ):
        corrupt(tmp_path, data, "image_corruptions", "fog")


def test_a_suite_for_other_data_is_rejected(tmp_path, table):
    with pytest.raises(QuantshiftError, match=r"is for texts, but the data 'mine' have .* numbers: choose features"):
        corrupt(tmp_path, table, "text_corruptions", "word_drop")


@pytest.mark.parametrize("shape", [(6, 8, 8, 3), (6, 3, 8, 8), (6, 8, 8)])
def test_numbers_of_arrays_with_images_say_which_suite_is_for_them(tmp_path, shape):
    np.save(tmp_path / "t.npy", np.zeros(shape, np.uint8))
    inputs = [ModelInput("x", "uint8", shape[1:])]
    data = stored(tmp_path, {"test": {"file": str(tmp_path / "t.npy")}, "calibration_samples": 1}, inputs)
    with pytest.raises(QuantshiftError, match=r"have images \(uint8\): choose images \(--shifts images, or"):
        corrupt(tmp_path, data, "feature_corruptions", "noise", suite="features")
