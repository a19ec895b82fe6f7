"""The files that a call of `quantshift guard` writes: a model, its record and its page."""

import json
from pathlib import Path

import onnx

from quantshift.guards.build import METADATA

MODEL, RECORD, PAGE = ".onnx", ".json", ".html"
# Keys of the record of a guard that was written.
KEYS = {"outcome", "variant", "accept", "file", "detector", "threshold"}
# The page states this.
GENERATOR = '<meta name="generator" content="quantshift guard">'


def present(output: Path) -> tuple[list[Path], list[Path]]:
    """Return the files that an earlier call wrote for a model, and other files with the same names.

    Args:
        output: the ONNX file.
    """
    files = [file for suffix in (MODEL, RECORD, PAGE) if (file := output.with_suffix(suffix)).exists()]
    ours = [file for file in files if _is_ours(file, output.name)]
    return ours, [file for file in files if file not in ours]


def _is_ours(file: Path, model: str) -> bool:
    """Return whether a file was written by `quantshift guard`, for a model with this file name."""
    try:
        if file.suffix == MODEL:
            return any(entry.key == METADATA for entry in onnx.load(file, load_external_data=False).metadata_props)
        text = file.read_text(encoding="utf-8")
        if file.suffix == PAGE:
            return GENERATOR in text
        record = json.loads(text)
        return bool(record.keys() >= KEYS and record["file"] == model)
    except Exception:  # it may be any file, for which protobuf raises errors that onnx does not export
        return False
