"""External data of an ONNX file: read into the model, after checking that it is in the model's folder and complete."""

import math
import os
from pathlib import Path, PurePosixPath, PureWindowsPath

import onnx
from onnx import ModelProto, TensorProto

from quantshift.core.errors import Message, QuantshiftError
from quantshift.models.given.graphs import tensors

# The largest model that protobuf can store in one file, in bytes, less some room for names.
LIMIT = (1 << 31) - (1 << 24)
FOUR_BITS = (TensorProto.INT4, TensorProto.UINT4, TensorProto.FLOAT4E2M1)
TWO_BITS = tuple(getattr(TensorProto, name) for name in ("INT2", "UINT2") if hasattr(TensorProto, name))


def inline(model: ModelProto, file: Path) -> None:
    """Read the external data of a model into it.

    Args:
        model: the model; it is changed.
        file: its file, next to which the data must be.

    Raises:
        QuantshiftError: data is missing, incomplete, outside the model's folder, or too large for one file.
    """
    external = [item for item in tensors(model) if item.data_location == TensorProto.EXTERNAL]
    if not external:
        return
    total = model.ByteSize() + sum(_bytes(item, file) for item in external)
    if total > LIMIT:
        raise too_large(file, total)
    for item in external:
        item.raw_data = _read(item, file)
        del item.external_data[:]
        item.data_location = TensorProto.DEFAULT


def files(file: Path) -> list[Path]:
    """Return the files with the external data of an ONNX file.

    Raises:
        QuantshiftError: a file is missing or outside the model's folder.
    """
    model = onnx.load(file, load_external_data=False)
    external = (item for item in tensors(model) if item.data_location == TensorProto.EXTERNAL)
    return sorted({_place(item, file) for item in external})


def too_large(file: Path, size: int) -> QuantshiftError:
    """Return the error for a model that protobuf cannot store in one file."""
    return QuantshiftError(
        f"{file} has {size / 2**30:.1f} GiB of weights, expected less than 2 GiB: onnxruntime's quantizers need the "
        "whole model in one file; use a smaller model, or compare outside of quantshift"
    )


def _bytes(item: TensorProto, file: Path) -> int:
    """Return the number of bytes of a tensor's values."""
    count = int(math.prod(item.dims))
    if any(length < 0 for length in item.dims) or item.data_type in (TensorProto.UNDEFINED, TensorProto.STRING):
        raise QuantshiftError(
            f"{file} is damaged: the tensor {item.name!r} has no valid type and shape; export it again"
        )
    if item.data_type in FOUR_BITS:
        return (count + 1) // 2
    if item.data_type in TWO_BITS:
        return (count + 3) // 4
    try:
        return count * int(onnx.helper.tensor_dtype_to_np_dtype(item.data_type).itemsize)
    except KeyError as error:
        raise QuantshiftError(
            f"{file} is damaged: the tensor {item.name!r} has the unknown type {item.data_type}; export it again"
        ) from error


def _read(item: TensorProto, file: Path) -> bytes:
    """Return the bytes of a tensor."""
    entries = {entry.key: entry.value for entry in item.external_data}
    path, expected = _place(item, file), _bytes(item, file)
    try:
        offset, length = int(entries.get("offset") or 0), int(entries.get("length") or expected)
    except ValueError:
        offset = length = -1
    if offset < 0 or length != expected:
        raise QuantshiftError(
            f"{file} is damaged: it places the tensor {item.name!r} of {expected} bytes at offset "
            f"{entries.get('offset', '0')}, length {entries.get('length', 'unknown')} of {path.name}; export it again"
        )
    with path.open("rb") as stream:
        stream.seek(offset)
        content = stream.read(expected)
    if len(content) != expected:
        raise QuantshiftError(
            f"{path} is too short: the tensor {item.name!r} of {file.name} needs {expected} bytes from byte {offset} "
            f"on, but the file has {path.stat().st_size} bytes; copy it again, or export the model again"
        )
    return content


def _place(item: TensorProto, file: Path) -> Path:
    """Return the file of a tensor's external data, inside of the model's folder."""
    location = next((entry.value for entry in item.external_data if entry.key == "location"), "")
    where = f"{file}: the weight {item.name!r} is in the external file {location!r}"
    if fault := _outside(location, file.parent):
        raise QuantshiftError(
            f"{where}, {fault}; expected one in the folder of the model: copy it there and export again with its name"
        )
    path = file.parent / location
    if not path.is_file():
        raise QuantshiftError(f"{where}, which is missing: copy it to {file.parent}, next to the model")
    if not os.access(path, os.R_OK):
        raise QuantshiftError(f"{where}, which cannot be read: give yourself read permission")
    return path


def _outside(location: str, folder: Path) -> Message | None:
    """Return why a location is not inside of a folder, or None."""
    if not location or "\0" in location:
        return "which is no file name"
    if PurePosixPath(location).is_absolute() or PureWindowsPath(location).drive or location.startswith("\\"):
        return "an absolute path"
    if ".." in PureWindowsPath(location).parts:
        return "outside the model's folder"
    try:
        # A link may lead anywhere.
        inside = (folder / location).resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):
        return "which is no file name"
    return None if inside else "a link that leads outside the model's folder"
