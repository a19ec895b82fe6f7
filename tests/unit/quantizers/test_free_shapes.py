"""Each calibration method works for models with free shapes, those that depend on the values included."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import ModelProto
from tests import given_models as models

from quantshift.core import members
from quantshift.models.given.describe import describe
from quantshift.models.given.prepare import prepare
from quantshift.models.given.read import read
from quantshift.quantizers.calibration import CalibrationInputs
from quantshift.quantizers.schemes import static
from quantshift.runtime.network import Network

OPTIONS = {
    name: option["default"] for name, option in members.constants("quantizers/schemes/static")["OPTIONS"].items()
}


@pytest.mark.parametrize("method", ["minmax", "entropy", "percentile"])
@pytest.mark.parametrize("built", [models.encoder(), models.ragged()], ids=["free length", "length by value"])
def test_few_answers_change(tmp_path: Path, built: tuple[ModelProto, models.Inputs], method: str) -> None:
    model, inputs = built
    onnx.save(model, tmp_path / "mine.onnx")
    described = describe(prepare(read(tmp_path / "mine.onnx")))
    onnx.save(described.model, tmp_path / "float32.onnx")
    options = OPTIONS | {"calibration_method": method}
    static.quantize(tmp_path / "float32.onnx", tmp_path / "int8.onnx", options, inputs, described.signature)
    expected, actual = (
        Network(tmp_path / file, described.signature).predict(inputs, 16) for file in ("float32.onnx", "int8.onnx")
    )
    assert (expected.argmax(axis=1) != actual.argmax(axis=1)).mean() < 0.05
    assert (expected != actual).any()


def test_batches_can_be_read_in_parts(tmp_path: Path) -> None:
    onnx.save(models.ragged()[0], tmp_path / "mine.onnx")
    signature = describe(prepare(read(tmp_path / "mine.onnx"))).signature
    reader = CalibrationInputs({"bag": models.ragged()[1]["bag"]}, signature, 10)
    assert len(reader) == 10
    first = [reader.get_next() for _ in range(11)]
    assert first[-1] is None
    reader.set_range(3, 5)
    again = [reader.get_next() for _ in range(3)]
    assert again[-1] is None
    for feed, other in zip(first[3:5], again[:2], strict=True):
        assert feed is not None
        assert other is not None
        np.testing.assert_array_equal(feed["bag"], other["bag"])
