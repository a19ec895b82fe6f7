"""A file with the reason why a model cannot take a preset is recognised, and damage to it is reported."""

from pathlib import Path

import onnx
import pytest
from onnx import helper

from quantshift.core.errors import QuantshiftError
from quantshift.runtime.session import verify
from quantshift.storage import not_applicable
from quantshift.storage.checksums import ONNX

REASON = "nothing would be quantized: its weights belong to 4 Gemm × in the body of an If"


@pytest.fixture(params=["results/models/mine/mlp/given/0", "own"])
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The file of a variant, in the results and elsewhere."""
    path: Path = tmp_path / request.param / "static_int8.onnx"
    not_applicable.write(path, REASON)
    return path


def test_the_reason_is_read_back(file: Path) -> None:
    assert not_applicable.reason(file) == REASON
    verify(file)  # it ends like an ONNX file
    assert file.read_bytes().startswith(not_applicable.FIRST_LINE)


def test_the_reason_is_one_line(tmp_path: Path) -> None:
    not_applicable.write(tmp_path / "a.onnx", " The graph\r\n has  no\tweights. ")
    assert not_applicable.reason(tmp_path / "a.onnx") == "The graph has no weights."
    with pytest.raises(ValueError, match="no reason"):
        not_applicable.write(tmp_path / "b.onnx", " \n")
    assert not (tmp_path / "b.onnx").exists()


def test_other_files_have_no_reason(tmp_path: Path) -> None:
    graph = helper.make_graph([], "empty", [], [])
    onnx.save(helper.make_model(graph), tmp_path / "model.onnx")
    ONNX.append(tmp_path / "model.onnx", tmp_path / "model.onnx")
    assert not_applicable.reason(tmp_path / "model.onnx") is None
    (tmp_path / "empty.onnx").write_bytes(b"")
    assert not_applicable.reason(tmp_path / "empty.onnx") is None


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    with pytest.raises(QuantshiftError, match=r"static_int8\.onnx is missing"):
        not_applicable.reason(tmp_path / "static_int8.onnx")


@pytest.mark.parametrize("cut", [1, 8, 40])
def test_a_truncated_file_in_the_results_is_rejected(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "results/models/mine/mlp/given/0/static_int8.onnx"
    not_applicable.write(path, REASON)
    path.write_bytes(path.read_bytes()[:-cut])
    with pytest.raises(QuantshiftError, match=r"static_int8\.onnx is not the reason why .* delete it"):
        not_applicable.reason(path)


def test_a_changed_or_copied_file_in_the_results_is_rejected(tmp_path: Path) -> None:
    path = tmp_path / "results/models/mine/mlp/given/0/static_int8.onnx"
    not_applicable.write(path, REASON)
    copy = path.with_name("dynamic_int8.onnx")
    copy.write_bytes(path.read_bytes())
    with pytest.raises(QuantshiftError, match="a copy of another file"):
        not_applicable.reason(copy)
    path.write_bytes(path.read_bytes().replace(b"4 Gemm", b"5 Gemm"))
    with pytest.raises(QuantshiftError, match="checksum does not match"):
        not_applicable.reason(path)
