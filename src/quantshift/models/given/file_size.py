"""The size of a model: of its ONNX file and of the files with its external data.

The size of a quantized file that the user gives is stored in the metadata of its prepared copy; that of the float32
file is in the model's record.
"""

from pathlib import Path

import onnx
from onnx import ModelProto

from quantshift.models.given.external import files

KEY = "quantshift_file_bytes"


def file_bytes(path: Path) -> int:
    """Return the bytes that a model takes on the disk.

    Raises:
        QuantshiftError: a file with external data is missing or outside the model's folder.
    """
    return path.stat().st_size + sum(file.stat().st_size for file in files(path))


def write_own_size(model: ModelProto, size: int) -> None:
    """Store the size of the user's file, in bytes, in the metadata of its prepared copy; the model is changed."""
    entries = {entry.key: entry.value for entry in model.metadata_props}
    onnx.helper.set_model_props(model, {**entries, KEY: str(size)})


def read_own_size(path: Path) -> int | None:
    """Return the size of the user's file, in bytes, from a prepared copy; None for a file that is no such copy."""
    model = onnx.load(path, load_external_data=False)
    return next((int(entry.value) for entry in model.metadata_props if entry.key == KEY), None)
