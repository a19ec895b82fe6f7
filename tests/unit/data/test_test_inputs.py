"""The checksums of test inputs: the same inputs have the same checksum, and other inputs have another one."""

import numpy as np
import pytest

from quantshift.core.errors import QuantshiftError
from quantshift.core.test_set import CLEAN, TestSet
from quantshift.data import test_inputs
from quantshift.storage import archives
from quantshift.storage.arrays import write_array

FOG = TestSet("mnist_c", "fog", 5)


def stored(folder, change=0):
    """Return the checksums of two test sets, one with an array and one with an archive."""
    files = {CLEAN: folder / "results/datasets/a/test/inputs.npy", FOG: folder / "results/shifts/a/inputs.npz"}
    write_array(files[CLEAN], np.arange(6))
    archives.store(files[FOG], [("x", np.arange(6) + change)])
    test_inputs.write(files, folder / "results/truth/a.json")
    return test_inputs.read(folder / "results/truth/a.json")


def test_the_checksums_follow_the_content(tmp_path):
    first, again, other = stored(tmp_path / "1"), stored(tmp_path / "2"), stored(tmp_path / "3", change=1)
    assert list(first) == ["clean/none/0", "mnist_c/fog/5"]
    assert first == again
    assert first[CLEAN.path] == other[CLEAN.path]
    assert first[FOG.path] != other[FOG.path]


def test_a_file_without_checksum_is_reported(tmp_path):
    np.save(tmp_path / "inputs.npy", np.arange(6))
    with pytest.raises(QuantshiftError, match=r"inputs\.npy is not a file of stored inputs \(its checksum is missing"):
        test_inputs.write({CLEAN: tmp_path / "inputs.npy"}, tmp_path / "a.json")
