"""The files with a model's external data are listed without onnx, and only those in the model's folder."""

import os
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from quantshift.core import external_data
from quantshift.core.external_data import external_files
from quantshift.models.given import external


def entry(name: str | bytes) -> bytes:
    """Return the bytes of an entry that names a file."""
    pair = onnx.StringStringEntryProto(key="location")
    content = name if isinstance(name, bytes) else name.encode()
    length = bytes([len(content)]) if len(content) < 128 else bytes([len(content) & 127 | 128, len(content) >> 7])
    return pair.SerializeToString() + b"\x12" + length + content


def weight(name: str, location: str) -> TensorProto:
    """Return a tensor in an external file."""
    tensor = numpy_helper.from_array(np.zeros(4, np.float32), name)
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value=location)
    return tensor


def test_the_files_are_those_that_onnx_lists(tmp_path: Path) -> None:
    long_name = f"parts/{'w' * 200}.bin"
    (tmp_path / "parts").mkdir()
    for name in ("m.data", long_name):
        (tmp_path / name).write_bytes(bytes(16))
    # One weight is an initializer, the other one belongs to a node in a branch.
    branch = helper.make_graph(
        [helper.make_node("Constant", [], ["inner"], value=weight("inner", long_name))],
        "branch",
        [],
        [helper.make_tensor_value_info("inner", TensorProto.FLOAT, [4])],
    )
    choice = helper.make_node("If", ["on"], ["chosen"], then_branch=branch, else_branch=branch)
    outputs = [helper.make_tensor_value_info("chosen", TensorProto.FLOAT, [4])]
    graph = helper.make_graph([choice], "graph", [], outputs, [weight("w", "m.data")])
    file = tmp_path / "m.onnx"
    file.write_bytes(helper.make_model(graph).SerializeToString())
    assert external_files(str(file)) == [str(path) for path in external.files(file)]
    assert len(external_files(str(file))) == 2
    file.write_bytes(helper.make_model(helper.make_graph([], "empty", [], [])).SerializeToString())
    assert external_files(str(file)) == []


def test_only_files_in_the_models_folder_are_listed(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    (tmp_path / "secret").write_bytes(b"secret")
    (folder / "link").symlink_to(tmp_path / "secret")
    (folder / "loop").symlink_to(folder / "loop")
    (folder / "m.data").write_bytes(b"weights")
    names = ("../secret", str(tmp_path / "secret"), "link", "loop", "missing", "", "a\0b", b"\xff\xfe", ".", "m.data")
    (folder / "m.onnx").write_bytes(b"".join(map(entry, names)) + b"\x0a\x08location\x12\x7fcut")
    assert external_files(str(folder / "m.onnx")) == [str(folder / "m.data")]
    assert external_files(str(folder / "none.onnx")) == []
    assert external_files(str(folder)) == []


@pytest.mark.parametrize("position", [0, 990, 1000, 1010, 1024, 5000])
def test_entries_are_found_at_the_borders_of_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, position: int
) -> None:
    monkeypatch.setattr(external_data, "PART", 1024)
    (tmp_path / "m.data").write_bytes(b"weights")
    (tmp_path / "m.onnx").write_bytes(os.urandom(position) + entry("m.data") + os.urandom(7000))
    assert external_files(str(tmp_path / "m.onnx")) == [str(tmp_path / "m.data")]
