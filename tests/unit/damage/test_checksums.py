"""A checksum reveals every change of a file, and does not affect what other programs read from it."""

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from tests.answers import predict
from tests.damage import flip, rejection
from tests.stored_study import CLEAN, MODEL, N, Study

from quantshift.core.errors import QuantshiftError
from quantshift.storage import archives
from quantshift.storage.arrays import read_array
from quantshift.storage.checksums import ONNX, ONNX_KEY, TEXT
from quantshift.storage.files import write_json


def test_every_flipped_byte_of_a_model_is_reported(study: Study) -> None:
    path = study.results / f"models/{MODEL}/0/float32.onnx"
    content = path.read_bytes()
    for place in range(0, len(content), 7):
        flipped = bytearray(content)
        flipped[place] ^= 1
        path.write_bytes(flipped)
        with pytest.raises(QuantshiftError, match=r"float32\.onnx"):
            study.evaluate(variant="float32")


def test_a_checksum_does_not_affect_a_model(study: Study) -> None:
    path = study.results / f"models/{MODEL}/0/dynamic_int8.onnx"
    model = onnx.load(path)
    onnx.checker.check_model(model)
    # The checksum of the model that it was quantized from is not inherited.
    assert [note.key for note in model.metadata_props].count(ONNX_KEY) == 1
    bare = study.results.parent / "bare.onnx"
    bare.write_bytes(path.read_bytes()[: -len(ONNX)])
    inputs = read_array(study.results / f"{CLEAN}/inputs.npy")
    np.testing.assert_array_equal(predict(path, inputs, 16), predict(bare, inputs, 16))


def test_a_checksum_does_not_affect_arrays(study: Study) -> None:
    path = study.results / f"{CLEAN}/inputs.npy"
    np.testing.assert_array_equal(np.load(path), read_array(path))
    assert path.stat().st_size == 128 + N * 36 + len(TEXT)


def test_files_outside_the_results_need_no_checksum_and_are_never_to_be_removed(tmp_path: Path) -> None:
    np.save(tmp_path / "mine.npy", np.arange(5))
    assert read_array(tmp_path / "mine.npy").tolist() == [0, 1, 2, 3, 4]
    np.savez(tmp_path / "mine.npz", a=np.arange(5))
    assert archives.read_all(tmp_path / "mine.npz")["a"].tolist() == [0, 1, 2, 3, 4]
    for name, read in (("mine.npy", read_array), ("mine.npz", archives.read_all)):
        flip(tmp_path / name, lambda _: 0)
        with pytest.raises(QuantshiftError, match=r"mine.*put the right file in its place") as error:
            read(tmp_path / name)
        assert "delete" not in str(error.value)


def test_a_changed_record_is_reported(study: Study) -> None:
    path = study.results / f"models/{MODEL}/0/model.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    write_json(path, record | {"max_difference": 0.5})
    assert "its crc32 does not match" in rejection(study, Study.variants_table, path)
