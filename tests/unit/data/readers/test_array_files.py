"""`.npy` and `.npz` files: what numpy writes is read again, and damaged or malicious files are rejected unread."""

import io
import pickle
import re
import struct
import tracemalloc
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from quantshift.core.errors import QuantshiftError
from quantshift.data.readers.npy import read_npy
from quantshift.data.readers.npz import read_npz
from quantshift.storage.arrays import write_array

TYPES = st.one_of(
    hnp.boolean_dtypes(),
    hnp.integer_dtypes(endianness="?"),
    hnp.floating_dtypes(endianness="?"),
    hnp.unicode_string_dtypes(min_len=1, max_len=5),
)
ARRAYS = hnp.arrays(TYPES, hnp.array_shapes(max_dims=4, max_side=5))
# Names of inputs in ONNX files have slashes and colons.
NAMES = st.text(st.sampled_from("abz/:._0"), min_size=1, max_size=12)


def header(shape, descr="<f4", extra=b"", version=1):
    """Return the header of an array that may not be what it states."""
    text = f"{{'descr': {descr!r}, 'fortran_order': False, 'shape': {shape}, }}".encode() + extra
    size = struct.pack("<H" if version == 1 else "<I", len(text) + 1)
    return b"\x93NUMPY" + bytes([version, 0]) + size + text + b"\n"


def archive(path, members, method=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path, "w", method) as content:
        for name, data in members.items():
            content.writestr(name, data)
    return path


def traced(function):
    """Return the peak of Python's memory during a call that raises QuantshiftError, and the message."""
    tracemalloc.start()
    with pytest.raises(QuantshiftError) as caught:
        function()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak, str(caught.value)


@given(ARRAYS, st.booleans())
def test_an_npy_file_is_read_as_it_was_saved(tmp_path_factory, array, fortran):
    path = tmp_path_factory.mktemp("npy") / "a.npy"
    np.save(path, np.asfortranarray(array) if fortran else array)
    actual = read_npy(path)
    np.testing.assert_array_equal(actual, array)
    assert actual.dtype == array.dtype
    assert not actual.flags.writeable


@given(st.dictionaries(NAMES, ARRAYS, min_size=1, max_size=4), st.booleans())
def test_an_npz_file_is_read_as_it_was_saved(tmp_path_factory, arrays, compressed):
    path = tmp_path_factory.mktemp("npz") / "a.npz"
    buffer = io.BytesIO()
    # Through zipfile, since numpy.savez does not take the name "file".
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED) as content:
        for name, array in arrays.items():
            with content.open(f"{name}.npy", "w") as stream:
                np.lib.format.write_array(stream, array)
    path.write_bytes(buffer.getvalue())
    actual = read_npz(path)
    assert list(actual) == list(arrays)
    for name, array in arrays.items():
        np.testing.assert_array_equal(actual[name], array)


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_archives_of_numpy(tmp_path, save):
    save(tmp_path / "a.npz", **{"serving/pixels:0": np.eye(3), "mask": np.array([True])})
    actual = read_npz(tmp_path / "a.npz")
    np.testing.assert_array_equal(actual["serving/pixels:0"], np.eye(3))
    assert actual["mask"].tolist() == [True]


def test_large_arrays_are_mapped(tmp_path):
    """32 MB each, of which less than 3 MB are in memory."""
    large = np.arange(1 << 23, dtype=np.float32).reshape(1 << 13, -1)
    np.save(tmp_path / "a.npy", large)
    np.savez(tmp_path / "a.npz", x=large, y=large)
    tracemalloc.start()
    arrays = [read_npy(tmp_path / "a.npy"), *read_npz(tmp_path / "a.npz").values()]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3 << 20
    for array in arrays:
        np.testing.assert_array_equal(array[-3:], large[-3:])


def test_quantshifts_own_arrays_end_with_a_checksum(tmp_path):
    write_array(tmp_path / "a.npy", np.arange(5))
    assert read_npy(tmp_path / "a.npy").tolist() == [0, 1, 2, 3, 4]
    (tmp_path / "a.npy").write_bytes((tmp_path / "a.npy").read_bytes() + b"x")
    with pytest.raises(QuantshiftError, match="bytes after its header"):
        read_npy(tmp_path / "a.npy")


class Bomb:
    """An object whose pickle writes a file when it is read."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (str(self.path), "w"))


def test_pickles_are_never_read(tmp_path):
    np.save(tmp_path / "a.npy", np.array([Bomb(tmp_path / "ran")], dtype=object))
    np.savez(tmp_path / "a.npz", x=np.array([Bomb(tmp_path / "ran")], dtype=object))
    (tmp_path / "plain.npy").write_bytes(pickle.dumps(Bomb(tmp_path / "ran")))
    (tmp_path / "ran").unlink(missing_ok=True)
    for name, read in (("a.npy", read_npy), ("a.npz", read_npz)):
        with pytest.raises(QuantshiftError, match=rf"{name}.*holds Python objects.*astype"):
            read(tmp_path / name)
    with pytest.raises(QuantshiftError, match=r"plain\.npy is not a \.npy array"):
        read_npy(tmp_path / "plain.npy")
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is not a .npy array"),
        (b"PK\3\4", "is not a .npy array"),
        (header((10**9, 10**9)) + b"abcd", "4 bytes after its header.*1000000000, 1000000000.*incomplete"),
        (header((2**62, 4)) + b"abcd", "incomplete or damaged"),
        (header((3,)) + bytes(11), "11 bytes after its header.*12 bytes"),
        (header((3,)) + bytes(13), "13 bytes after its header"),
        (header((0, 5)), r"is empty \(float32 \[0, 5\]\)"),
        (header((-1,)) + b"abcd", "a.npy"),
        (header((3,), "<U100000000") + bytes(12), "incomplete"),
        (header((3,), "<U0"), "expected numbers"),
        (header((3,), "<M8[s]") + bytes(24), "items of type datetime64"),
        (header((3,), "<c8") + bytes(24), "items of type complex64"),
        (header((3,), [("a", "<f4"), ("b", "<i4")]) + bytes(24), "expected numbers, booleans or texts"),
        (header((1,), extra=b" " * 20_000) + bytes(4), "is not a .npy array"),
        (header((1,), extra=b"", version=2)[:8] + b"\xff\xff\xff\xff" + bytes(4), "is not a .npy array"),
        (b"\x93NUMPY\x09\x00" + bytes(100), "is not a .npy array"),
        (b"\x93NUMPY\x01\x00\x20\x00" + b"(" * 32 + bytes(100), "is not a .npy array"),
    ],
)
def test_headers_that_lie_are_rejected_unread(tmp_path, content, message):
    (tmp_path / "a.npy").write_bytes(content)
    archive(tmp_path / "b.npz", {"x.npy": content})
    archive(tmp_path / "c.npz", {"x.npy": content}, zipfile.ZIP_DEFLATED)
    for name, read in (("a.npy", read_npy), ("b.npz", read_npz), ("c.npz", read_npz)):
        peak, text = traced(lambda name=name, read=read: read(tmp_path / name))
        assert peak < 2 << 20
        assert str(tmp_path / name) in text
        if name == "a.npy":
            assert re.search(message, text), text


def test_a_bomb_is_rejected_by_the_size_that_it_states(tmp_path):
    """64 MB of zeros in a file of 64 kB."""
    archive(tmp_path / "a.npz", {"x.npy": header((1 << 24,)) + bytes(1 << 26)}, zipfile.ZIP_DEFLATED)
    assert (tmp_path / "a.npz").stat().st_size < 100_000
    peak, text = traced(lambda: read_npz(tmp_path / "a.npz", limit=1 << 20))
    assert peak < 1 << 20
    assert "more than the limit of 1048576 for compressed arrays: write it with numpy.savez" in text


def edited(path, old, new):
    """Replace all occurrences of some bytes of a file."""
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new))
    return path


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("change", [1, 2**31])
def test_a_directory_with_a_false_size_is_rejected(tmp_path, method, change):
    data = header((100,)) + bytes(range(200)) * 2
    path = archive(tmp_path / "a.npz", {"x.npy": data}, method)
    size = struct.pack("<L", len(data))
    edited(path, size, struct.pack("<L", len(data) + change))
    peak, text = traced(lambda: read_npz(path))
    assert peak < 2 << 20
    assert str(path) in text


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_damage_is_detected_by_the_checksum(tmp_path, method):
    content = np.random.default_rng(0).normal(size=1000)
    path = tmp_path / "a.npz"
    (np.savez if method == zipfile.ZIP_STORED else np.savez_compressed)(path, x=content)
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 2] ^= 1
    path.write_bytes(whole)
    with pytest.raises(QuantshiftError, match=r"not a complete \.npz archive"):
        read_npz(path)


@pytest.mark.parametrize("length", [0, 10, 400, -1])
def test_truncated_archives_are_rejected(tmp_path, length):
    np.savez(tmp_path / "a.npz", x=np.arange(100))
    (tmp_path / "a.npz").write_bytes((tmp_path / "a.npz").read_bytes()[:length])
    with pytest.raises(QuantshiftError, match=r"not a complete \.npz archive.*write it with numpy\.savez"):
        read_npz(tmp_path / "a.npz")


def test_names_in_an_archive_are_never_paths(tmp_path):
    good = header((1,)) + bytes(4)
    path = archive(tmp_path / "a.npz", {"../../x.npy": good, "/etc/y.npy": good})
    assert list(read_npz(path)) == ["../../x", "/etc/y"]
    assert list(tmp_path.iterdir()) == [path]


def test_members_that_numpy_does_not_write_are_rejected(tmp_path):
    good = header((1,)) + bytes(4)
    for name, members, method, message in (
        ("text", {"readme.txt": b"x"}, zipfile.ZIP_STORED, "'readme.txt', which is not an array"),
        ("bz2", {"x.npy": good}, zipfile.ZIP_BZIP2, "compressed with method 12"),
        ("none", {}, zipfile.ZIP_STORED, "has no arrays"),
        ("many", {f"{n}.npy": good for n in range(1001)}, zipfile.ZIP_STORED, "1001 arrays"),
    ):
        with pytest.raises(QuantshiftError, match=message):
            read_npz(archive(tmp_path / f"{name}.npz", members, method))
    archive(tmp_path / "two.npz", {"x.npy": good, "y.npy": good})
    edited(tmp_path / "two.npz", b"y.npy", b"x.npy")
    with pytest.raises(QuantshiftError, match="two arrays 'x'"):
        read_npz(tmp_path / "two.npz")


def test_a_huge_directory_is_rejected_unread(tmp_path):
    good = header((1,)) + bytes(4)
    path = archive(tmp_path / "a.npz", {f"{'n' * 1000}{n}.npy": good for n in range(2000)})
    peak, text = traced(lambda: read_npz(path))
    assert peak < 1 << 20
    assert "its directory has" in text


def test_any_damage_is_reported_with_the_files_name(tmp_path):
    """Any content gives either arrays or a QuantshiftError that names the file."""
    random = np.random.default_rng(0)
    for save, read, name in ((np.save, read_npy, "a.npy"), (np.savez, read_npz, "a.npz"),
                             (np.savez_compressed, read_npz, "b.npz")):  # fmt: skip
        path = tmp_path / name
        save(path, np.arange(40.0).reshape(8, 5))
        whole = path.read_bytes()
        messages = []
        for _ in range(200):
            content = bytearray(whole)
            for place in random.integers(0, len(content), 4):
                content[place] = random.integers(256)
            path.write_bytes(content)
            try:
                read(path)
            except QuantshiftError as error:
                messages.append(str(error))
        assert len(messages) > 20
        assert all(str(path) in message for message in messages)


def test_missing_files_and_folders_are_named(tmp_path):
    for read, name in ((read_npy, "a.npy"), (read_npz, "a.npz")):
        with pytest.raises(QuantshiftError, match=f"{name} is missing"):
            read(tmp_path / name)
        (tmp_path / name).mkdir()
        with pytest.raises(QuantshiftError, match=f"{name} is a folder"):
            read(tmp_path / name)
