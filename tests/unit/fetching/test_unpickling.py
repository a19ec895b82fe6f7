import gzip
import os
import pickle
import struct

import numpy as np
import pytest

from quantshift.errors import QuantshiftError
from quantshift.fetching import unpickling

LIMIT = 1 << 20


class Command:
    def __init__(self, function, argument):
        self.call = function, (argument,)

    def __reduce__(self):
        return self.call


def refused(folder, content, reason, limit=LIMIT):
    path = folder / "data.pkl"
    path.write_bytes(content)
    with pytest.raises(QuantshiftError, match=reason) as caught:
        unpickling.read(path, limit)
    assert str(path) in str(caught.value)


def test_arrays_and_plain_values(tmp_path):
    value = {"data": np.arange(6, dtype=np.float32).reshape(2, 3), "labels": [1, 2], "name": "é", "pair": (None, 1.5)}
    (tmp_path / "data.pkl").write_bytes(pickle.dumps(value, protocol=4))
    read = unpickling.read(tmp_path / "data.pkl", LIMIT)
    np.testing.assert_array_equal(read.pop("data"), value.pop("data"))
    assert read == value


def test_arrays_of_python_2(tmp_path):
    """What numpy 1 wrote under Python 2: the old module name, and bytes as latin-1 text."""
    numbers = np.array([1.0, -2.5, 255.0], dtype="<f4")
    state = (
        b"(K\x01K\x03\x85cnumpy\ndtype\nU\x02f4K\x00K\x01\x87R(K\x03U\x01<NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"
    )
    data = b"\x89T" + struct.pack("<i", numbers.nbytes) + numbers.tobytes()
    start = b"\x80\x02cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R"
    (tmp_path / "data.pkl.gz").write_bytes(gzip.compress(start + state + data + b"tb."))
    np.testing.assert_array_equal(unpickling.read(tmp_path / "data.pkl.gz", LIMIT), numbers)


@pytest.mark.parametrize("protocol", range(6))
def test_commands_do_not_run(tmp_path, protocol):
    victim = tmp_path / "victim"
    content = pickle.dumps(Command(os.system, f"touch {victim}"), protocol=protocol)
    refused(tmp_path, content, r"asks for posix\.system, which is not allowed")
    assert not victim.exists()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"cos\nsystem\n(S'true'\ntR.", r"os\.system"),
        (b"cbuiltins\neval\n(S'1'\ntR.", r"builtins\.eval"),
        (b"cnumpy\nload\n(S'x'\ntR.", r"numpy\.load"),
        (b"\x80\x04\x8c\x05numpy\x8c\x10ndarray.__init__\x93.", r"numpy\.ndarray\.__init__"),
    ],
)
def test_other_globals_are_named(tmp_path, content, name):
    refused(tmp_path, content, f"asks for {name}, which")


def test_commands_within_arrays_do_not_run(tmp_path):
    victim = tmp_path / "victim"
    array = np.array([Command(os.system, f"touch {victim}")], dtype=object)
    refused(tmp_path, pickle.dumps(array, protocol=4), "not allowed")
    assert not victim.exists()


@pytest.mark.parametrize("content", [b"", b"no pickle", pickle.dumps(np.arange(100), protocol=4)[:-20]])
def test_damaged(tmp_path, content):
    refused(tmp_path, content, "not a complete pickle")


def test_truncated_gzip(tmp_path):
    path = tmp_path / "data.pkl.gz"
    path.write_bytes(gzip.compress(pickle.dumps(list(range(1000))))[:-100])
    with pytest.raises(QuantshiftError, match="not a complete pickle"):
        unpickling.read(path, LIMIT)


def test_larger_than_the_limit(tmp_path):
    path = tmp_path / "data.pkl.gz"
    path.write_bytes(gzip.compress(pickle.dumps(np.zeros(10_000), protocol=4)))
    with pytest.raises(QuantshiftError, match="larger than its limit"):
        unpickling.read(path, 1000)


def test_missing(tmp_path):
    with pytest.raises(QuantshiftError, match="is missing"):
        unpickling.read(tmp_path / "data.pkl", LIMIT)
