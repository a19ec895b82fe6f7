"""A sample of the user's own data without a finite answer: the set, the file, the row and the input are named."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from tests import given_models as models

from quantshift.core.errors import InputError
from quantshift.core.names import GIVEN
from quantshift.core.signature import TRAINED, Input
from quantshift.data.places import Place
from quantshift.models.given.choices import UNSTATED
from quantshift.models.given.describe import describe
from quantshift.models.given.prepare import prepare
from quantshift.models.given.read import read
from quantshift.runtime.evaluate import evaluate
from quantshift.runtime.network import Network
from quantshift.runtime.own_data import require_answers
from quantshift.storage import archives
from quantshift.storage.files import write_json
from quantshift.storage.records import write_record

COUNT = 150
GIVES = "for which float32 gives numbers that are infinite or not a number; expected a finite number: fill it in"


def prepared(model: onnx.ModelProto, folder: Path) -> Any:
    """Write float32.onnx of a user's model, and return its signature."""
    onnx.save(model, folder / "mine.onnx")
    described = describe(prepare(read(folder / "mine.onnx")), UNSTATED)
    onnx.save(described.model, folder / "float32.onnx")
    return described.signature


def run(folder: Path, signature: Any, inputs: models.Inputs, test_set: str, variant: str, origin: str) -> None:
    """Evaluate a variant on one test set."""
    archives.store(folder / "inputs.npz", inputs.items())
    write_json(folder / "texts.json", [f"noisy.npz, row {row + 7}" for row in range(COUNT)])
    write_record(folder / "model.json", {**signature, "origin": origin})
    file = folder / f"{variant}.onnx"
    file.write_bytes((folder / "float32.onnx").read_bytes())
    suite, _, key = test_set.partition("/")
    evaluate(
        model=file,
        record=folder / "model.json",
        test_sets={key: folder / "inputs.npz"},
        batch_size=64,
        threads=1,
        entries={},
        logits=folder / f"{suite}.npz",
    )


@pytest.mark.parametrize(
    ("test_set", "name"),
    [
        ("clean/none/0", "the test data"),
        ("clean/validation/0", "the calibration data"),
        ("given/noisy/0", "the shifted set noisy"),
        ("features/noise/3", "the test data with noise (features) at severity 3"),
    ],
)
def test_a_number_that_is_not_finite_is_named(tmp_path: Path, test_set: str, name: str) -> None:
    inputs = models.vectors(COUNT)
    inputs["x"][100, 3] = np.nan
    with pytest.raises(InputError) as error:
        run(tmp_path, prepared(models.shared(), tmp_path), inputs, test_set, "float32", GIVEN)
    assert str(error.value).startswith(
        f"{name}: 'noisy.npz, row 107' (counted from 0) has nan in the input 'x', {GIVES}"
    )
    assert not (tmp_path / f"{test_set.partition('/')[0]}.npz").exists()


@pytest.mark.parametrize(("variant", "origin"), [("int8", GIVEN), ("float32", TRAINED)])
def test_variants_and_trained_models_are_compared_later(tmp_path: Path, variant: str, origin: str) -> None:
    """Float32 has run on the same data, and whether a trained model's outputs are finite depends on the training."""
    inputs = models.vectors(COUNT)
    inputs["x"][100, 3] = np.nan
    run(tmp_path, prepared(models.shared(), tmp_path), inputs, "given/noisy/0", variant, origin)
    assert not np.isfinite(archives.read_all(tmp_path / "given.npz")["noisy/0"][100]).any()


def test_finite_inputs_without_a_finite_answer(tmp_path: Path) -> None:
    inputs = models.vectors(COUNT)
    inputs["x"][120] = np.finfo(np.float32).max
    with pytest.raises(InputError, match=r"noisy.npz, row 127' \(counted from 0\), whose inputs are finite: check"):
        run(tmp_path, prepared(models.shared(), tmp_path), inputs, "given/noisy/0", "float32", GIVEN)


@pytest.mark.parametrize("variant", ["float32", "int8"])
def test_a_sample_on_which_the_model_fails(tmp_path: Path, variant: str) -> None:
    model, inputs = models.encoder()
    inputs = {name: np.resize(array, (COUNT, *array.shape[1:])) for name, array in inputs.items()}
    inputs["input_ids"][130, 1] = 1000
    with pytest.raises(InputError) as error:
        run(tmp_path, prepared(model, tmp_path), inputs, "given/noisy/0", variant, GIVEN)
    message = str(error.value)
    assert message.startswith(f"the shifted set noisy: {variant} fails on 'noisy.npz, row 137' (counted from 0): ")
    assert message.endswith("; check the types, shapes and values of its inputs")


def test_only_samples_with_such_numbers_are_run(tmp_path: Path) -> None:
    """A model may take missing values; samples without any are not run."""
    signature = prepared(models.shared(), tmp_path)
    network = Network(tmp_path / "float32.onnx", signature)
    inputs = models.vectors(COUNT)
    write_json(tmp_path / "texts.json", [f"cal.npz, row {row}" for row in range(COUNT)])
    place = Place("the calibration data", tmp_path / "inputs.npz")
    require_answers(network, inputs, place)
    inputs["x"][[40, 90], 3] = np.inf
    with pytest.raises(InputError, match=r"^the calibration data: 'cal.npz, row 40' \(counted from 0\) has inf in"):
        require_answers(network, inputs, place)
    network.predict = lambda *_: np.zeros((2, 10), dtype=np.float32)  # type: ignore[method-assign]
    require_answers(network, inputs, place)


def test_images_and_token_ids_are_not_searched() -> None:
    whole = {name: np.zeros((3, 2), dtype=name) for name in ("uint8", "int64")}
    signature = {"inputs": [Input(name=name, stored=name, dtype=name, shape=[2], preprocessing=None) for name in whole]}
    require_answers(signature, whole, Place("the calibration data"))  # type: ignore[arg-type]


def test_a_long_text_is_cut(tmp_path: Path) -> None:
    write_json(tmp_path / "texts.json", ["short", "word " * 50])
    place = Place("the test data", tmp_path / "inputs.npz")
    assert place.sample(0) == "'short'"
    assert place.sample(1) == f"{('word ' * 16 + '...')!r}"
