"""Notes on a variant in its ONNX file: what was assumed, or searched and chosen, when it was written."""

import os
from collections.abc import Sequence

import onnx
from onnx import ModelProto

from quantshift.core.errors import Message

KEY = "quantshift_notes"


def write_notes(model: ModelProto, notes: Sequence[Message]) -> None:
    """Store notes, a sentence each, in the metadata of a model; the model is changed."""
    entries = {entry.key: entry.value for entry in model.metadata_props if entry.key != KEY}
    if notes:
        entries[KEY] = "; ".join(notes)
    onnx.helper.set_model_props(model, entries)


def read_notes(file: str | os.PathLike[str]) -> Message:
    """Return the notes in an ONNX file; empty without any."""
    model = onnx.load(file, load_external_data=False)
    return next((entry.value for entry in model.metadata_props if entry.key == KEY), "")
