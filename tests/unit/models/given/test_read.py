"""Files that are not what they should be: each ends in one sentence, and stays as it is."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper
from tests import given_models as models

from quantshift.core.errors import QuantshiftError
from quantshift.models.given.prepare import prepare
from quantshift.models.given.read import read

COMPLETE = models.convolutional().SerializeToString()


def rejected(path: Path) -> str:
    """Return the sentence with which a file is rejected."""
    content = path.read_bytes() if path.is_file() else None
    with pytest.raises(QuantshiftError) as error:
        prepare(read(path))
    message = str(error.value)
    assert "\n" not in message
    assert str(path.name) in message
    assert "delete" not in message
    assert "remove" not in message
    if content is not None:
        assert path.read_bytes() == content
    return message


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300))
@example(b"")
@example(b"PK\x03\x04")
@example(b"\x08\x08")
def test_random_bytes(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "random.onnx").write_bytes(content)
    rejected(tmp_path / "random.onnx")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, len(COMPLETE) - 1))
def test_truncated_files(tmp_path: Path, length: int) -> None:
    """A file that ends early never passes for a complete one: the opset follows the graph."""
    (tmp_path / "short.onnx").write_bytes(COMPLETE[:length])
    rejected(tmp_path / "short.onnx")


def test_no_file(tmp_path: Path) -> None:
    assert "is missing" in rejected(tmp_path / "none.onnx")
    (tmp_path / "folder.onnx").mkdir()
    assert "is a folder, expected an ONNX file" in rejected(tmp_path / "folder.onnx")
    os.mkfifo(tmp_path / "pipe.onnx")
    assert "is not a regular file" in rejected(tmp_path / "pipe.onnx")
    (tmp_path / "empty.onnx").touch()
    assert "is empty" in rejected(tmp_path / "empty.onnx")


def test_other_kinds_of_files(tmp_path: Path) -> None:
    (tmp_path / "lfs.onnx").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n")
    assert "git lfs pull" in rejected(tmp_path / "lfs.onnx")
    (tmp_path / "mine.ort").write_bytes(b"\x20\0\0\0ORTM" + bytes(100))
    assert ".ort" in rejected(tmp_path / "mine.ort")


def test_a_file_that_protobuf_cannot_hold(tmp_path: Path) -> None:
    with (tmp_path / "large.onnx").open("wb") as file:
        file.truncate(1 << 31)  # sparse
    path = tmp_path / "large.onnx"
    with pytest.raises(QuantshiftError, match=r"has 2\.0 GiB of weights, expected less than 2 GiB"):
        read(path)


def relu(**changes: object) -> onnx.ModelProto:
    """Return a small model; changes are attributes of its node, or `opset` and `ir_version`."""
    node = helper.make_node(str(changes.get("operator", "Relu")), ["x"], ["y"], domain=str(changes.get("domain", "")))
    built = models.model(
        [node],
        [models.value("x", TensorProto.FLOAT, ["n", 4])],
        [models.value("y", TensorProto.FLOAT, ["n", 4])],
        {},
        opset=int(str(changes.get("opset", 17))),
        ir_version=int(str(changes.get("ir_version", 8))),
    )
    if changes.get("domain"):
        built.opset_import.append(helper.make_opsetid(str(changes["domain"]), 1))
    return built


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"opset": 99}, r"it uses opset 99 of ai.onnx, but onnxruntime [\d.]+ supports opset \d+ at most: export"),
        ({"ir_version": 99}, r"it has IR version 99, but onnxruntime [\d.]+ supports \d+ at most"),
        ({"operator": "Mine"}, "its operator Mine does not exist in opset 17"),
        ({"operator": "Mine", "domain": "my.ops"}, "its operator Mine of the domain my.ops is a custom one"),
        ({"operator": "Mine", "domain": "com.microsoft"}, "its operator Mine of the domain com.microsoft is a custom"),
    ],
)
def test_what_onnxruntime_lacks(tmp_path: Path, changes: dict[str, object], sentence: str) -> None:
    onnx.save(relu(**changes), tmp_path / "new.onnx")
    with pytest.raises(QuantshiftError, match=sentence):
        read(tmp_path / "new.onnx")


def external(folder: Path, change: Callable[[dict[str, str]], None]) -> Path:
    """Write a model with external data whose first reference is changed."""
    path = models.with_external_data(models.convolutional(), folder / "outer.onnx")
    built = onnx.load(path, load_external_data=False)
    item = built.graph.initializer[0]
    entries = {entry.key: entry.value for entry in item.external_data}
    change(entries)
    del item.external_data[:]
    for key, value in entries.items():
        item.external_data.add(key=key, value=value)
    path.write_bytes(built.SerializeToString())
    return path


@pytest.mark.parametrize(
    ("location", "fault"),
    [
        ("/etc/hostname", "an absolute path"),
        ("C:\\weights.bin", "an absolute path"),
        ("../secret.bin", "outside the model's folder"),
        ("inner/../../secret.bin", "outside the model's folder"),
        ("..\\secret.bin", "outside the model's folder"),
        ("link.bin", "a link that leads outside the model's folder"),
        ("linked/secret.bin", "a link that leads outside the model's folder"),
        ("", "which is no file name"),
        ("*/_ORT_MEM_ADDR_/*", "which is missing"),
        ("none.bin", "which is missing: copy it to"),
        ("folder", "which is missing"),
    ],
)
def test_external_data_is_read_from_the_models_folder_alone(tmp_path: Path, location: str, fault: str) -> None:
    folder = tmp_path / "models"
    (folder / "folder").mkdir(parents=True)
    (tmp_path / "secret.bin").write_bytes(bytes(1 << 16))
    (folder / "link.bin").symlink_to(tmp_path / "secret.bin")
    (folder / "linked").symlink_to(tmp_path)
    path = external(folder, lambda entries: entries.update(location=location))
    assert fault in rejected(path)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=30))
def test_any_location_is_answered(tmp_path: Path, location: str) -> None:
    (tmp_path / "fuzz").mkdir(exist_ok=True)
    path = external(tmp_path / "fuzz", lambda entries: entries.update(location=f"x{location}"))
    rejected(path)


@pytest.mark.parametrize(
    ("key", "text", "fault"),
    [
        ("offset", "-1", "is damaged"),
        ("offset", "many", "is damaged"),
        ("length", "7", "is damaged"),
        ("offset", str(1 << 40), "is too short"),
    ],
)
def test_external_data_must_be_complete(tmp_path: Path, key: str, text: str, fault: str) -> None:
    path = external(tmp_path, lambda entries: entries.update({key: text}))
    with pytest.raises(QuantshiftError, match=fault):
        read(path)


def test_truncated_external_data(tmp_path: Path) -> None:
    path = models.with_external_data(models.convolutional(), tmp_path / "outer.onnx")
    os.truncate(tmp_path / "weights.bin", 100)
    with pytest.raises(QuantshiftError, match=r"weights\.bin is too short"):
        read(path)


def test_external_data_is_read(tmp_path: Path) -> None:
    built = models.convolutional()
    expected = {item.name: numpy_helper.to_array(item) for item in built.graph.initializer}
    path = models.with_external_data(built, tmp_path / "outer.onnx")
    actual = {item.name: numpy_helper.to_array(item) for item in read(path).model.graph.initializer}
    for name, array in expected.items():
        np.testing.assert_array_equal(actual[name], array)


def test_external_data_above_the_limit(tmp_path: Path) -> None:
    def enlarge(entries: dict[str, str]) -> None:
        entries.pop("length", None)

    path = external(tmp_path, enlarge)
    built = onnx.load(path, load_external_data=False)
    built.graph.initializer[0].dims[:] = [1 << 15, 1 << 14]
    path.write_bytes(built.SerializeToString())
    with pytest.raises(QuantshiftError, match=r"has 2\.0 GiB of weights, expected less than 2 GiB"):
        read(path)
