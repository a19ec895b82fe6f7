"""Files are written completely or not at all, and errors name a damaged file."""

import errno
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from quantshift.core.errors import DiskFullError, QuantshiftError
from quantshift.storage import archives
from quantshift.storage.arrays import read_array, write_array
from quantshift.storage.files import atomic, read_json, write_bytes, write_json

RANDOM = np.random.default_rng(0).random(100_000)
WRITERS = {
    "bytes": lambda path: write_bytes(path, RANDOM.tobytes()),
    "json": lambda path: write_json(path, RANDOM.tolist()),
    "array": lambda path: write_array(path, RANDOM),
    "archive": lambda path: archives.write(path, {"random": RANDOM}),
}


class WriterError(Exception):
    pass


def fail(path: Path, begin: Callable[[Path], object], error: Exception | None = None) -> None:
    """Start to write a file or a folder, and then fail."""
    with atomic(path) as temporary:
        begin(temporary)
        raise error or WriterError


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_path_does_not_exist_before_the_end(tmp_path):
    with atomic(tmp_path / "deep" / "file.txt") as temporary:
        temporary.write_text("new")
        assert not (tmp_path / "deep" / "file.txt").exists()
        assert temporary.suffix == ".txt"
        assert temporary.parent == tmp_path / "deep"
    assert (tmp_path / "deep" / "file.txt").read_text() == "new"
    assert names(tmp_path / "deep") == ["file.txt"]


def test_a_file_is_replaced(tmp_path):
    write_bytes(tmp_path / "file", b"old and longer")
    write_bytes(tmp_path / "file", b"new")
    assert (tmp_path / "file").read_bytes() == b"new"
    assert names(tmp_path) == ["file"]


def test_a_folder_is_replaced_completely(tmp_path):
    for content in ("first", "second"):
        with atomic(tmp_path / "folder") as temporary:
            temporary.mkdir()
            (temporary / content).write_text(content)
    assert names(tmp_path / "folder") == ["second"]
    assert names(tmp_path) == ["folder"]


def test_a_failing_writer_preserves_the_old_file(tmp_path):
    write_bytes(tmp_path / "file", b"old")
    with pytest.raises(WriterError):
        fail(tmp_path / "file", lambda temporary: temporary.write_bytes(b"half"))
    assert (tmp_path / "file").read_bytes() == b"old"
    assert names(tmp_path) == ["file"]


def test_a_failing_writer_preserves_the_old_folder(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "old").touch()
    with pytest.raises(WriterError):
        fail(tmp_path / "folder", lambda temporary: (temporary / "half").mkdir(parents=True))
    assert names(tmp_path / "folder") == ["old"]
    assert names(tmp_path) == ["folder"]


def test_a_writer_that_fails_at_once_leaves_nothing(tmp_path):
    with pytest.raises(WriterError):
        fail(tmp_path / "file", lambda temporary: None)
    assert names(tmp_path) == []


def test_a_block_that_writes_nothing_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError), atomic(tmp_path / "file"):
        pass
    assert names(tmp_path) == []


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_reported_and_distinguished_from_other_errors(tmp_path, code):
    with pytest.raises(DiskFullError, match=r"no space left on the disk while writing .*file: no partial file was"):
        fail(tmp_path / "file", lambda temporary: None, OSError(code, "no room"))
    with pytest.raises(PermissionError):
        fail(tmp_path / "file", lambda temporary: None, OSError(errno.EACCES, "not yours"))


@pytest.mark.parametrize("kind", WRITERS)
def test_a_full_disk_is_reported_and_leaves_no_partial_file(small_disk, kind):
    path = small_disk / "result"
    write_bytes(path, b"old")
    with pytest.raises(QuantshiftError, match=r"no space left on the disk while writing .*result"):
        WRITERS[kind](path)
    assert names(small_disk) == ["result"]
    assert path.read_bytes() == b"old"


def test_json_round_trips_and_equal_values_give_equal_bytes(tmp_path):
    value = {"b": [1, 2.5, None, True], "a": "Größe", "c": {"z": 1, "y": 2}}
    write_json(tmp_path / "first.json", value)
    write_json(tmp_path / "second.json", dict(reversed(value.items())))
    assert read_json(tmp_path / "first.json") == value
    content = (tmp_path / "first.json").read_bytes()
    assert content == (tmp_path / "second.json").read_bytes()
    assert "Größe".encode() in content
    assert content.endswith(b"}\n")


def test_json_has_no_number_that_other_readers_reject(tmp_path):
    with pytest.raises(ValueError, match="JSON"):
        write_json(tmp_path / "file.json", float("nan"))
    assert names(tmp_path) == []


@pytest.mark.parametrize("content", [b"", b'{"a": 1', b"\xff\xfe\x00", b"{'a': 1}"])
@pytest.mark.parametrize(("folder", "advice"), [("results", "delete it and repeat the run"), ("mine", "put the")])
def test_damaged_json_is_named(tmp_path, content, folder, advice):
    write_bytes(tmp_path / folder / "file.json", content)
    with pytest.raises(QuantshiftError, match=rf"file\.json is not a JSON file .*{advice}"):
        read_json(tmp_path / folder / "file.json")


@pytest.mark.parametrize("read", [read_json, read_array])
def test_a_missing_file_is_named(tmp_path, read):
    with pytest.raises(QuantshiftError, match=r"nothing.* is missing"):
        read(tmp_path / "nothing")


def test_no_advice_is_to_remove_a_users_file(tmp_path):
    file = tmp_path / "fetched" / "mine" / "file.json"
    for prepare in (lambda: None, lambda: write_bytes(file, b"{")):
        prepare()
        with pytest.raises(QuantshiftError) as error:
            read_json(file)
        assert "delete" not in str(error.value)


@pytest.mark.parametrize(
    "array",
    [
        np.arange(24, dtype=np.uint8).reshape(2, 3, 4),
        np.arange(24.0).reshape(4, 6).T,
        np.arange(20)[::3],
        np.array(7, dtype=np.int64),
        np.array([[True], [False]]),
        np.arange(6, dtype=">i4"),
        np.zeros((3, 0, 2), dtype=np.float32),
    ],
    ids=["bytes", "transposed", "strided", "scalar", "boolean", "big-endian", "empty"],
)
def test_an_array_round_trips(tmp_path, array):
    write_array(tmp_path / "array.npy", array)
    result = read_array(tmp_path / "array.npy")
    assert result.dtype == array.dtype
    np.testing.assert_array_equal(result, array)
    assert result.flags.c_contiguous


def test_an_array_is_read_as_a_read_only_memory_map(tmp_path):
    write_array(tmp_path / "array.npy", np.arange(10))
    result = read_array(tmp_path / "array.npy")
    assert isinstance(result, np.memmap)
    assert not result.flags.writeable
    with pytest.raises(ValueError, match="read-only"):
        result[0] = 1


def test_objects_are_neither_written_nor_read(tmp_path):
    np.save(tmp_path / "array.npy", np.array([{}]), allow_pickle=True)
    with pytest.raises(QuantshiftError, match=r"array\.npy is not a complete \.npy array"):
        read_array(tmp_path / "array.npy")
    with pytest.raises(ValueError, match="Python objects"):
        write_array(tmp_path / "other.npy", np.array([{}]))
    assert names(tmp_path) == ["array.npy"]


@pytest.mark.parametrize("length", [0, 4, 60, 127, 128, 200])
def test_a_truncated_array_is_named(tmp_path, length):
    write_array(tmp_path / "array.npy", np.arange(100))
    content = (tmp_path / "array.npy").read_bytes()
    assert length < len(content)
    (tmp_path / "array.npy").write_bytes(content[:length])
    with pytest.raises(QuantshiftError, match=r"array\.npy is not a complete \.npy array"):
        read_array(tmp_path / "array.npy")


def test_another_kind_of_file_is_not_an_array(tmp_path):
    (tmp_path / "array.npy").write_bytes(b"a text of some length" * 20)
    with pytest.raises(QuantshiftError, match=r"array\.npy is not a complete \.npy array"):
        read_array(tmp_path / "array.npy")
