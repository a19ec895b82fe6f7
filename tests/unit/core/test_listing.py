"""Folders as inputs of jobs."""

import os
from pathlib import Path

import pytest

from quantshift.core.listing import listing


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "cat").mkdir()
    (tmp_path / "cat/1.png").write_bytes(b"abc")
    return tmp_path


def test_files_are_left_out(folder: Path) -> None:
    assert listing([str(folder / "cat/1.png"), str(folder / "missing")]) == {}
    assert list(listing([str(folder)])) == [str(folder)]


def test_an_overwritten_an_added_and_a_removed_file_change_the_digest(folder: Path) -> None:
    digests = [listing([str(folder)])]
    (folder / "cat/1.png").write_bytes(b"abd")
    os.utime(folder / "cat/1.png", (1, 1))
    digests.append(listing([str(folder)]))
    (folder / "2.png").write_bytes(b"")
    digests.append(listing([str(folder)]))
    (folder / "cat/1.png").unlink()
    digests.append(listing([str(folder)]))
    assert len({str(digest) for digest in digests}) == 4


def test_the_same_files_have_the_same_digest(folder: Path) -> None:
    (folder / "dead").symlink_to(folder / "nowhere")
    assert listing([str(folder)]) == listing([str(folder)])
