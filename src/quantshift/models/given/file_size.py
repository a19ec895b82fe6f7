"""The size of a model: of its ONNX file and of the files with its external data."""

from pathlib import Path

from quantshift.models.given.external import files


def file_bytes(path: Path) -> int:
    """Return the bytes that a model takes on the disk.

    Raises:
        QuantshiftError: a file with external data is missing or outside the model's folder.
    """
    return path.stat().st_size + sum(file.stat().st_size for file in files(path))
