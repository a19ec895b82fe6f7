"""`--shifts auto` means images for arrays of images, and stays for all other data."""

import numpy as np
import pytest
import yaml

from quantshift.command import checking
from quantshift.command.automatic import decide
from quantshift.command.check import check
from quantshift.command.config import Given


@pytest.mark.parametrize("name", ["t.npy", "t.npz"])
@pytest.mark.parametrize(
    ("shape", "dtype", "suite"),
    [
        ((2, 8, 9, 3), np.uint8, "images"),
        ((2, 3, 8, 9), np.uint8, "images"),
        ((2, 8, 9), np.uint8, "images"),
        ((2, 8), np.uint8, "auto"),
        ((2, 8, 9, 5), np.uint8, "auto"),
        ((2, 3, 8, 9), np.float32, "auto"),
    ],
)
def test_the_header_decides(tmp_path, name, shape, dtype, suite):
    file = tmp_path / name
    if name == "t.npz":
        np.savez_compressed(file, x=np.zeros(shape, dtype), labels=np.zeros(2, np.uint8))
    else:
        np.save(file, np.zeros(shape, dtype))
    assert decide(["auto", "own"], file) == [suite, "own"]
    assert decide(["features"], file) == ["features"]


def test_data_that_cannot_be_read_leave_it(tmp_path):
    (tmp_path / "t.npz").write_bytes(b"no archive")
    (tmp_path / "t.npy").write_bytes(b"no array")
    for file in (tmp_path / "t.npz", tmp_path / "t.npy", tmp_path / "missing.npz", tmp_path):
        assert decide(["auto"], file) == ["auto"]


def test_the_config_has_the_suite(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m.onnx").touch()
    np.save(tmp_path / "t.npy", np.zeros((2, 8, 9, 3), np.uint8))
    options = check.make_context("check", ["m.onnx", "--data", "t.npy", "--shifts", "auto"]).params
    file = checking.prepare(
        options["model"], tmp_path / "run", options, Given({}, False, {}, {}), force=False, dry_run=False
    )
    assert yaml.safe_load(file.read_text(encoding="utf-8"))["data"]["data"]["shifts"] == ["images"]
