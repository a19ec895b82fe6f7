import gzip
import os
import pickle
import struct
import tracemalloc

import numpy as np
import pytest

from quantshift.core.errors import QuantshiftError
from quantshift.fetching import unpickling

LIMIT = 1 << 20


class Command:
    def __init__(self, function, argument):
        self.call = function, (argument,)

    def __reduce__(self):
        return self.call


def rejects(folder, content, reason, limit=LIMIT):
    path = folder / "data.pkl"
    path.write_bytes(content)
    with pytest.raises(QuantshiftError, match=reason) as caught:
        unpickling.read(path, limit)
    assert str(path) in str(caught.value)


def test_arrays_and_plain_values_are_read(tmp_path):
    value = {"data": np.arange(6, dtype=np.float32).reshape(2, 3), "labels": [1, 2], "name": "é", "pair": (None, 1.5)}
    (tmp_path / "data.pkl").write_bytes(pickle.dumps(value, protocol=4))
    result = unpickling.read(tmp_path / "data.pkl", LIMIT)
    np.testing.assert_array_equal(result.pop("data"), value.pop("data"))
    assert result == value


def test_arrays_from_python_2_are_read(tmp_path):
    """A pickle of numpy 1 and Python 2 has the old module name, and bytes as latin-1 text."""
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
    rejects(tmp_path, content, r"uses posix\.system, which is not allowed")
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
    rejects(tmp_path, content, f"uses {name}, which")


def test_commands_inside_arrays_do_not_run(tmp_path):
    victim = tmp_path / "victim"
    array = np.array([Command(os.system, f"touch {victim}")], dtype=object)
    rejects(tmp_path, pickle.dumps(array, protocol=4), "not allowed")
    assert not victim.exists()


@pytest.mark.parametrize("content", [b"", b"no pickle", pickle.dumps(np.arange(100), protocol=4)[:-20]])
def test_damaged_pickles_are_rejected(tmp_path, content):
    rejects(tmp_path, content, "not a complete pickle")


def test_a_truncated_gzip_is_rejected(tmp_path):
    path = tmp_path / "data.pkl.gz"
    path.write_bytes(gzip.compress(pickle.dumps(list(range(1000))))[:-100])
    with pytest.raises(QuantshiftError, match="not a complete pickle"):
        unpickling.read(path, LIMIT)


def test_a_pickle_above_the_limit_is_rejected(tmp_path):
    path = tmp_path / "data.pkl.gz"
    path.write_bytes(gzip.compress(pickle.dumps(np.zeros(10_000), protocol=4)))
    with pytest.raises(QuantshiftError, match="longer than the limit"):
        unpickling.read(path, 1000)


def test_a_missing_file_is_reported(tmp_path):
    with pytest.raises(QuantshiftError, match="is missing"):
        unpickling.read(tmp_path / "data.pkl", LIMIT)


def test_a_flipped_checksum_of_gzip_is_rejected(tmp_path):
    """The pickle ends before the compressed stream, whose checksum is verified nevertheless."""
    content = bytearray(gzip.compress(pickle.dumps([1, 2, 3]) + bytes(100_000)))
    content[-7] ^= 1
    path = tmp_path / "data.pkl.gz"
    path.write_bytes(content)
    with pytest.raises(QuantshiftError, match=r"data\.pkl\.gz is not a complete pickle \(CRC"):
        unpickling.read(path, LIMIT)


MANY = (1 << 40).to_bytes(8, "little")
SHAPE = b"\x8a\x06" + (1 << 40).to_bytes(6, "little") + b"\x85"  # LONG1 and TUPLE1: (2**40,)
RECONSTRUCT = b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\n"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\x80\x04\x95" + MANY + b"N.", "states 1099511627776 bytes"),
        (b"\x80\x04\x8d" + MANY + b"x.", "not a complete pickle"),  # BINUNICODE8
        (b"\x80\x04\x8e" + MANY + b"x.", "not a complete pickle"),  # BINBYTES8
        (b"\x80\x05\x96" + MANY + b"x.", "not a complete pickle"),  # BYTEARRAY8
        (b"\x80\x04X" + b"\xff" * 4 + b"x.", "not a complete pickle"),  # BINUNICODE
        (b"\x80\x03B" + b"\xff" * 4 + b"x.", "not a complete pickle"),  # BINBYTES
        (b"\x80\x02\x8b" + b"\xff\xff\xff\x7f" + b"x.", "not a complete pickle"),  # LONG4
        (b"\x80\x02Nr" + b"\xff\xff\xff\x7f" + b".", "uses the memo index 2147483647"),  # LONG_BINPUT
        (b"Np1000000000\n.", "uses the memo index 1000000000"),  # PUT
        (b"\x80\x02" + RECONSTRUCT + SHAPE + b"U\x01b\x87R.", r"starts an array with the shape \(1099511627776,\)"),
        (b"\x80\x02" + RECONSTRUCT + SHAPE + b"U\x01O\x87R.", r"starts an array with the shape"),
        (b"\x80\x02cnumpy\nndarray\n" + SHAPE + b"\x85R.", r"calls numpy\.ndarray"),
        (b"\x80\x02cnumpy\nndarray\n" + SHAPE + b"\x85\x81.", r"calls numpy\.ndarray"),  # NEWOBJ
        (b"\x80\x02" + b"]" * 1_000_001 + b".", "more than the limit of 1000000 instructions"),
    ],
)
def test_requests_for_much_memory_are_rejected_before_allocation(tmp_path, content, reason):
    limit = 16 << 20
    tracemalloc.start()
    try:
        rejects(tmp_path, content, reason, limit)
        assert tracemalloc.get_traced_memory()[1] < limit + (1 << 20)
    finally:
        tracemalloc.stop()


def test_an_array_without_its_content_is_rejected(tmp_path):
    state = b"(K\x01" + SHAPE + b"cnumpy\ndtype\nU\x02f4\x85R\x89U\x01xt"
    rejects(tmp_path, b"\x80\x02" + RECONSTRUCT + b"K\x00\x85U\x01b\x87R" + state + b"b.", "not a complete pickle")
