"""The record of a user's model: the size of its file with its external data, and data without a finite answer."""

from pathlib import Path

import numpy as np
import pytest
from tests import given_models as models

from quantshift.core.errors import InputError
from quantshift.core.model_id import ModelId
from quantshift.models.given.record import store_record
from quantshift.models.given.store import store_model
from quantshift.storage import archives
from quantshift.storage.arrays import write_array
from quantshift.storage.files import read_json, write_json
from quantshift.storage.records import write_record

CHOICES = {"output": None, "answers": None, "threshold": None}


def brought(folder: Path, inputs: models.Inputs, calibration: models.Inputs) -> Path:
    """Write the record of a model with external data, and return the user's file."""
    file = models.with_external_data(models.shared(), folder / "mine.onnx")
    store_model(file=file, choices=CHOICES, model=folder / "float32.onnx", signature=folder / "signature.json")
    specs = read_json(folder / "signature.json")["inputs"]
    write_record(folder / "feeding.json", {"modality": "tensor", "inputs": specs, "classes": None})
    for split, arrays in (("test", inputs), ("calibration", calibration)):
        archives.store(folder / split / "inputs.npz", arrays.items())
        write_json(folder / split / "texts.json", [f"{split}.npz, row {row}" for row in range(40)])
    write_array(folder / "labels.npy", np.full(40, -1))
    store_record(
        file=file,
        choices=CHOICES,
        model=folder / "float32.onnx",
        feeding=folder / "feeding.json",
        inputs=folder / "test/inputs.npz",
        labels=folder / "labels.npy",
        calibration=folder / "calibration/inputs.npz",
        parity_inputs=40,
        model_id=ModelId("mine-data", "mine", "given", 0),
        record=folder / "model.json",
    )
    return file


def test_the_record_has_the_size_of_the_users_file(tmp_path: Path) -> None:
    file = brought(tmp_path, models.vectors(40), models.vectors(40))
    sizes = [path.stat().st_size for path in (file, tmp_path / "weights.bin")]
    assert read_json(tmp_path / "model.json")["file_bytes"] == sum(sizes)


@pytest.mark.parametrize("wrong", ["test", "calibration"])
def test_a_number_that_is_not_finite_is_named_before_anything_is_quantized(tmp_path: Path, wrong: str) -> None:
    data = {"test": models.vectors(40), "calibration": models.vectors(40)}
    data[wrong]["x"][12, 5] = -np.inf
    message = rf"^the {wrong} data: '{wrong}.npz, row 12' \(counted from 0\) has -inf in the input 'x', for which"
    with pytest.raises(InputError, match=message):
        brought(tmp_path, data["test"], data["calibration"])
    assert not (tmp_path / "model.json").exists()
