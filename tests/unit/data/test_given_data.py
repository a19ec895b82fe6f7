"""A user's own data as the splits of a study."""

from pathlib import Path

import numpy as np
import pytest

from quantshift.core.errors import QuantshiftError
from quantshift.data.given_data import GivenData, store_shifted, store_splits
from quantshift.data.readers.expected import ModelInput

ROWS = 60


def data(folder: Path, classes: list[str], shifted: list[str]) -> GivenData:
    """Return data with named classes in the test set and in a shifted set."""
    random = np.random.default_rng(0)
    for name, names in (("test", classes), ("night", shifted)):
        labels = np.array(names)[np.arange(ROWS) % len(names)]
        np.savez(folder / f"{name}.npz", x=random.normal(size=(ROWS, 3)).astype(np.float32), labels=labels)
    files = {"test": {"file": str(folder / "test.npz")}, "shifted": {"night": {"file": str(folder / "night.npz")}}}
    return GivenData("mine", files, [ModelInput("x", "float32", (3,))])


def test_named_classes_have_the_same_numbers_in_all_sets(tmp_path: Path) -> None:
    given = data(tmp_path, ["cat", "dog"], ["dog", "cat"])
    store_splits(given, tmp_path / "data/feeding.json")
    store_shifted(given, "night", tmp_path / "shifted")
    assert np.load(tmp_path / "shifted/labels.npy")[:4].tolist() == [1, 0, 1, 0]


def test_a_shifted_set_without_one_of_the_classes_is_not_numbered_anew(tmp_path: Path) -> None:
    given = data(tmp_path, ["cat", "dog", "emu"], ["dog", "emu"])
    with pytest.raises(QuantshiftError, match=r"'night' has labels of the classes 'dog', 'emu'.*in their order"):
        store_shifted(given, "night", tmp_path / "shifted")
    names = tmp_path / "names.txt"
    names.write_text("cat\ndog\nemu\n", encoding="utf-8")
    stated = GivenData("mine", {**given.settings, "names": str(names)}, given.expected)
    store_shifted(stated, "night", tmp_path / "shifted")
    assert np.load(tmp_path / "shifted/labels.npy")[:3].tolist() == [1, 2, 1]


def test_a_label_that_is_no_class_is_reported_when_the_data_are_read(tmp_path: Path) -> None:
    given = data(tmp_path, ["0", "1", "2"], ["0", "1", "3"])
    three = GivenData("mine", given.settings, given.expected, classes=3)
    store_splits(three, tmp_path / "data/feeding.json")
    message = r"night.npz has the label 3 in row 2 \(counted from 0\), but the model has 3 classes, 0 to 2: correct"
    with pytest.raises(QuantshiftError, match=message):
        store_shifted(three, "night", tmp_path / "shifted")
    named = data(tmp_path, ["cat", "dog", "emu"], ["cat", "dog", "emu"])
    names = tmp_path / "names.txt"
    names.write_text("cat\ndog\nemu\n", encoding="utf-8")
    settings = {**named.settings, "names": str(names)}
    with pytest.raises(QuantshiftError, match=r"test.npz has the label 2 \('emu'\) in row 2"):
        store_splits(GivenData("mine", settings, named.expected, classes=2), tmp_path / "other/feeding.json")


@pytest.mark.parametrize("present", [["cat", "emu"], ["ant", "cat", "dog", "emu"]])
def test_names_of_fewer_or_more_classes_than_the_models_do_not_number_them(tmp_path: Path, present: list[str]) -> None:
    """The first class would be missed, and all others would have the number of another one."""
    given = data(tmp_path, present, present)
    message = rf"test.npz has labels with {len(present)} names, but the model has 3 classes.*--names"
    with pytest.raises(QuantshiftError, match=message):
        store_splits(GivenData("mine", given.settings, given.expected, classes=3), tmp_path / "data/feeding.json")
    names = tmp_path / "names.txt"
    names.write_text("cat\ndog\nemu\n", encoding="utf-8")
    if set(present) <= {"cat", "dog", "emu"}:
        stated = GivenData("mine", {**given.settings, "names": str(names)}, given.expected, classes=3)
        store_splits(stated, tmp_path / "data/feeding.json")
        assert set(np.load(tmp_path / "data/test/labels.npy").tolist()) == {0, 2}


def test_an_array_that_is_a_constant_of_the_model_is_not_an_input(tmp_path: Path) -> None:
    x = np.zeros((ROWS, 3), np.float32)
    np.savez(tmp_path / "t.npz", x=x, position_ids=np.arange(3)[None])
    settings = {"test": {"file": str(tmp_path / "t.npz")}}
    inputs = [ModelInput("x", "float32", (3,))]
    with pytest.raises(QuantshiftError, match="'position_ids' is not an input"):
        store_splits(GivenData("mine", settings, inputs), tmp_path / "data/feeding.json")
    store_splits(GivenData("mine", settings, inputs, constants=["position_ids"]), tmp_path / "data/feeding.json")
    with np.load(tmp_path / "data/test/inputs.npz") as stored:
        assert stored.files == ["x"]
    more = [*inputs, ModelInput("mask", "float32", (3,))]
    with pytest.raises(QuantshiftError, match=r"'mask' is missing.*same for all samples as a constant \(--constant, "):
        store_splits(GivenData("mine", settings, more, constants=["position_ids"]), tmp_path / "data/feeding.json")


@pytest.mark.parametrize("paired", [True, False])
def test_samples_of_a_group_have_one_source_in_shifted_sets_too(tmp_path: Path, paired: bool) -> None:
    x = np.zeros((ROWS, 3), np.float32)
    groups = np.repeat(np.arange(ROWS // 3), 3)
    for name in ("test", "night"):
        np.savez(tmp_path / f"{name}.npz", x=x, groups=groups)
    files = {"file": str(tmp_path / "night.npz"), "paired": paired}
    settings = {"test": {"file": str(tmp_path / "test.npz")}, "shifted": {"night": files}, "calibration_samples": 9}
    given = GivenData("mine", settings, [ModelInput("x", "float32", (3,))])
    store_splits(given, tmp_path / "data/feeding.json")
    store_shifted(given, "night", tmp_path / "shifted")
    test, shifted = np.load(tmp_path / "data/test/sources.npy"), np.load(tmp_path / "shifted/sources.npy")
    assert set(np.unique(test, return_counts=True)[1]) == {3}
    if paired:
        np.testing.assert_array_equal(shifted, test)
    else:
        assert (shifted < 0).all()
        assert set(np.unique(shifted, return_counts=True)[1]) == {3}
