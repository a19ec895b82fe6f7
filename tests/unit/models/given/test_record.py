"""The record of a user's model states the size of the user's file, with its external data."""

from pathlib import Path

import numpy as np
from tests import given_models as models

from quantshift.core.model_id import ModelId
from quantshift.models.given.record import store_record
from quantshift.models.given.store import store_model
from quantshift.storage import archives
from quantshift.storage.arrays import write_array
from quantshift.storage.files import read_json
from quantshift.storage.records import write_record

CHOICES = {"output": None, "answers": None, "threshold": None}


def test_the_record_has_the_size_of_the_users_file(tmp_path: Path) -> None:
    file, vectors = models.with_external_data(models.shared(), tmp_path / "mine.onnx"), models.vectors(40)
    store_model(file=file, choices=CHOICES, model=tmp_path / "float32.onnx", signature=tmp_path / "signature.json")
    inputs = read_json(tmp_path / "signature.json")["inputs"]
    write_record(tmp_path / "feeding.json", {"modality": "tensor", "inputs": inputs, "classes": None})
    archives.store(tmp_path / "inputs.npz", vectors.items())
    write_array(tmp_path / "labels.npy", np.full(40, -1))
    store_record(
        file=file,
        choices=CHOICES,
        model=tmp_path / "float32.onnx",
        feeding=tmp_path / "feeding.json",
        inputs=tmp_path / "inputs.npz",
        labels=tmp_path / "labels.npy",
        parity_inputs=40,
        model_id=ModelId("mine-data", "mine", "given", 0),
        record=tmp_path / "model.json",
    )
    sizes = [path.stat().st_size for path in (file, tmp_path / "weights.bin")]
    assert read_json(tmp_path / "model.json")["file_bytes"] == sum(sizes)
