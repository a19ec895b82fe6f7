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
