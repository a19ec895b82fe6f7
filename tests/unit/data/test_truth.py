"""Labels and sources of test sets in one archive."""

from pathlib import Path

import numpy as np
import pytest

from quantshift.core.errors import QuantshiftError
from quantshift.core.test_set import CLEAN, TestSet
from quantshift.data import truth
from quantshift.storage import archives
from quantshift.storage.arrays import write_array

TEST_SETS: list[TestSet] = [CLEAN, TestSet("mnist_c", "fog", 5), TestSet("mnist_c", "blur", 1)]


@pytest.fixture
def folders(tmp_path: Path) -> dict[TestSet, Path]:
    folders = {}
    for number, test_set in enumerate(TEST_SETS):
        folders[test_set] = tmp_path / str(number)
        write_array(folders[test_set] / "labels.npy", np.arange(number, number + 4))
        write_array(folders[test_set] / "sources.npy", -np.arange(number, number + 4))
    return folders


def test_gathered_labels_are_read_back_in_their_order(folders: dict[TestSet, Path], tmp_path: Path) -> None:
    truth.gather(folders, tmp_path / "truth.npz")
    by_test_set = truth.read(tmp_path / "truth.npz")
    assert list(by_test_set) == TEST_SETS
    for number, labels in enumerate(by_test_set.values()):
        np.testing.assert_array_equal(labels.labels, np.arange(number, number + 4))
        np.testing.assert_array_equal(labels.sources, -labels.labels)


def test_the_message_names_a_missing_file(folders: dict[TestSet, Path], tmp_path: Path) -> None:
    (folders[TestSet("mnist_c", "fog", 5)] / "sources.npy").unlink()
    with pytest.raises(QuantshiftError, match=r"1/sources\.npy"):
        truth.gather(folders, tmp_path / "truth.npz")
    assert not (tmp_path / "truth.npz").exists()


@pytest.mark.parametrize(
    "keys", [["fog"], ["a/b/c/labels"], ["a/b/0/labels"], ["a/b/0/labels", "a/b/0/sources", "a/b/0/x"]]
)
def test_another_archive_is_rejected(tmp_path: Path, keys: list[str]) -> None:
    archives.store(tmp_path / "truth.npz", ((key, np.arange(3)) for key in keys))
    with pytest.raises(QuantshiftError, match=r"truth\.npz"):
        truth.read(tmp_path / "truth.npz")
