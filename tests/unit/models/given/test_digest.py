"""The digest of a user's file changes with its content, external data included, and the signature has it."""

from tests import given_models

from quantshift.models.given.digest import digest
from quantshift.models.given.external import files
from quantshift.models.given.store import store_model
from quantshift.storage.files import read_json


def test_the_digest_is_that_of_the_file_and_its_external_data(tmp_path):
    file = given_models.with_external_data(given_models.shared(), tmp_path / "model.onnx")
    before = digest(file)
    assert digest(file) == before
    (data,) = files(file)
    content = bytearray(data.read_bytes())
    content[0] ^= 1
    data.write_bytes(content)
    after = digest(file)
    assert after != before
    file.write_bytes(file.read_bytes() + b"\x3a\x00")
    assert digest(file) not in (before, after)


def test_the_signature_has_the_digest(tmp_path):
    file = given_models.with_external_data(given_models.shared(), tmp_path / "model.onnx")
    choices = {"output": None, "answers": "logits", "threshold": None}
    store_model(file=file, choices=choices, model=tmp_path / "float32.onnx", signature=tmp_path / "signature.json")
    assert read_json(tmp_path / "signature.json")["digest"] == digest(file)
