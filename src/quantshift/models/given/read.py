"""Read a user's ONNX file, which may be anything: every fault ends in one sentence, and the file is never changed."""

import os
from pathlib import Path
from typing import NamedTuple

import onnxruntime
from onnx import ModelProto

from quantshift.core.errors import QuantshiftError
from quantshift.models.given.external import LIMIT, inline, too_large
from quantshift.models.given.names import name_nodes
from quantshift.runtime.faults import explain
from quantshift.runtime.session import PROVIDERS, settings

# How other kinds of files begin.
LFS_POINTER = b"version https://git-lfs"
ORT_FORMAT = b"ORTM"


class Source(NamedTuple):
    """A user's model as it is.

    Attributes:
        file: its file.
        model: its content, with external data and with unique names of nodes, which onnxruntime needs.
    """

    file: Path
    model: ModelProto


def read(path: str | os.PathLike[str]) -> Source:
    """Read a user's ONNX file.

    Raises:
        QuantshiftError: the file is missing, not an ONNX model, damaged or too large; its external data is missing or
            outside its folder; or onnxruntime cannot run it.
    """
    file = Path(path)
    model = parse(file)
    inline(model, file)
    name_nodes(model)
    source = Source(file, model)
    open_session(source.model, file, optimize=False)
    return source


def parse(file: Path) -> ModelProto:
    """Return the content of an ONNX file, without external data."""
    content = _content(file)
    if content.startswith(LFS_POINTER):
        raise QuantshiftError(f"{file} is a pointer of Git LFS, not the model itself: run git lfs pull to download it")
    if content[4:8] == ORT_FORMAT:
        raise QuantshiftError(f"{file} is in onnxruntime's own format (.ort), expected ONNX: use the .onnx file")
    model = ModelProto()
    try:
        model.ParseFromString(content)
    except Exception as error:  # protobuf's, which onnx does not export
        raise QuantshiftError(
            f"{file} is not an ONNX model, or is incomplete: expected the file that an exporter such as "
            "torch.onnx.export writes; copy or export it again"
        ) from error
    if not model.graph.node or not model.graph.output or not model.opset_import:
        raise QuantshiftError(
            f"{file} has no graph with operators and outputs, expected an ONNX model: copy or export it again"
        )
    return model


def _content(file: Path) -> bytes:
    """Return the bytes of a file."""
    if file.is_dir():
        raise QuantshiftError(f"{file} is a folder, expected an ONNX file: give the .onnx file in it")
    if not file.exists():
        raise QuantshiftError(f"{file} is missing, expected an ONNX file: check the path")
    if not file.is_file():
        raise QuantshiftError(f"{file} is not a regular file, expected an ONNX file: check the path")
    size = file.stat().st_size
    if size == 0:
        raise QuantshiftError(f"{file} is empty, expected an ONNX model: copy or export it again")
    if size > LIMIT:
        raise too_large(file, size)
    try:
        return file.read_bytes()
    except PermissionError as error:
        raise QuantshiftError(f"{file} cannot be read: give yourself read permission") from error
    except OSError as error:
        raise QuantshiftError(f"{file} cannot be read ({error.strerror}): check the disk, or copy it again") from error


def open_session(model: ModelProto, file: Path, *, optimize: bool = True) -> onnxruntime.InferenceSession:
    """Open a model with onnxruntime.

    Args:
        model: the model.
        file: the user's file, for messages.
        optimize: whether to optimize the graph, as in all measured sessions.

    Raises:
        QuantshiftError: onnxruntime cannot run the model.
    """
    options = settings()
    options.log_severity_level = 4  # errors are raised, so onnxruntime need not print them as well
    if not optimize:
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    try:
        return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=PROVIDERS)
    except Exception as error:  # onnxruntime exports no common class of its exceptions
        raise QuantshiftError(f"{file} cannot be run: {explain(error)}") from error
