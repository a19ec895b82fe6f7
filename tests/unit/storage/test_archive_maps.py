"""Arrays of uncompressed archives are mapped into memory."""

import zipfile

import numpy as np
import pytest

from quantshift.core.errors import QuantshiftError
from quantshift.storage import archives
from quantshift.storage.arrays import Selected, Streamed, parts, select_lazily

ARRAYS = {
    "x/y:0": np.arange(60, dtype=np.float32).reshape(5, 3, 4),
    "ids": np.arange(10).reshape(5, 2),
    "none": np.empty((0, 3), np.uint8),
    "texts": np.array(["a", "bc"]),
}


@pytest.fixture
def stored(tmp_path):
    archives.store(tmp_path / "inputs.npz", ARRAYS.items())
    return tmp_path / "inputs.npz"


@pytest.mark.parametrize("whole", [True, False])
def test_mapped_arrays_are_those_that_were_stored(stored, whole):
    arrays = archives.map_all(stored, whole=whole)
    assert list(arrays) == list(ARRAYS)
    for name, array in arrays.items():
        assert array.dtype == ARRAYS[name].dtype
        np.testing.assert_array_equal(array, ARRAYS[name])
    assert not arrays["ids"].flags.writeable


def test_damage_is_reported(stored):
    content = bytearray(stored.read_bytes())
    place = content.index(ARRAYS["ids"].tobytes())
    content[place] ^= 1
    stored.write_bytes(content)
    with pytest.raises(QuantshiftError, match="complete array 'ids'"):
        archives.map_all(stored)
    stored.write_bytes(content[:-200])
    with pytest.raises(QuantshiftError, match=r"inputs\.npz"):
        archives.map_all(stored)


def test_a_compressed_archive_cannot_be_mapped(tmp_path):
    archives.write(tmp_path / "logits.npz", {"x": np.zeros(1000)})
    with zipfile.ZipFile(tmp_path / "logits.npz") as archive:
        assert archive.infolist()[0].compress_type == zipfile.ZIP_DEFLATED
    with pytest.raises(QuantshiftError, match="is compressed"):
        archives.map_all(tmp_path / "logits.npz")


def test_selected_rows_are_read_on_access():
    array = np.random.default_rng(0).integers(0, 9, (500, 3, 2))
    index = np.random.default_rng(1).permutation(500)[:400]
    rows = select_lazily(array, index)
    assert isinstance(rows, Selected)
    assert (rows.shape, rows.dtype, len(rows)) == ((400, 3, 2), array.dtype, 400)
    np.testing.assert_array_equal(rows[:], array[index])
    np.testing.assert_array_equal(rows[7], array[index[7]])
    np.testing.assert_array_equal(np.stack(list(rows)), array[index])
    again = select_lazily(rows, np.array([5, 3]))
    np.testing.assert_array_equal(again[:], array[index[[5, 3]]])
    np.testing.assert_array_equal(np.concatenate(list(parts(rows, 1000))), array[index])
    assert len(list(Streamed.of(rows).blocks)) == 1
