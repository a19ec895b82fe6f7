"""The proof that preparation changed nothing notices when something did change."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper
from tests import given_models as models

from quantshift.core.errors import QuantshiftError
from quantshift.models.given.read import read
from quantshift.models.given.unchanged import unchanged
from quantshift.models.given.variant import prepare_variant

Bring = Callable[..., Any]


def test_a_changed_answer_is_named(bring: Bring, tmp_path: Path) -> None:
    """Input 7 is the first whose answer a changed weight changes."""
    brought = bring(models.shared(), models.vectors(20))
    changed = onnx.load(brought.file)
    (last,) = (item for item in changed.graph.initializer if item.name == "last_bias")
    values = numpy_helper.to_array(last).copy()
    values[3] += 0.2
    last.CopyFrom(numpy_helper.from_array(values, last.name))
    onnx.save(changed, tmp_path / "changed.onnx")
    with pytest.raises(QuantshiftError, match=r"differ at input 0: answer \d \(.*\) became answer \d \(") as error:
        unchanged(brought.source, brought.described, tmp_path / "changed.onnx", brought.inputs)
    assert "0.2" in str(error.value)
    assert "\n" not in str(error.value)


def test_rounding_is_no_change(bring: Bring, tmp_path: Path) -> None:
    brought = bring(models.shared(), models.vectors(20))
    changed = onnx.load(brought.file)
    (last,) = (item for item in changed.graph.initializer if item.name == "last_bias")
    values = numpy_helper.to_array(last) + np.float32(1e-6)
    last.CopyFrom(numpy_helper.from_array(values, last.name))
    onnx.save(changed, tmp_path / "changed.onnx")
    proof = unchanged(brought.source, brought.described, tmp_path / "changed.onnx", brought.inputs)
    assert 0 < proof.max_difference < 1e-5
    assert proof.inputs == 20


def test_small_outputs_have_small_rounding(bring: Bring, tmp_path: Path) -> None:
    """A difference far below 1 is no rounding if the outputs are as small."""
    small = models.shared()
    for item in small.graph.initializer:
        if item.name.startswith("last"):
            item.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(item) * np.float32(1e-7), item.name))
    brought = bring(small, models.vectors(20))
    changed = onnx.load(brought.file)
    (last,) = (item for item in changed.graph.initializer if item.name == "last_bias")
    last.CopyFrom(numpy_helper.from_array(-numpy_helper.to_array(last), last.name))
    onnx.save(changed, tmp_path / "changed.onnx")
    with pytest.raises(QuantshiftError, match="differ at input"):
        unchanged(brought.source, brought.described, tmp_path / "changed.onnx", brought.inputs)


def training(operator: str, other: str) -> onnx.ModelProto:
    """Return the dense network with noise, or the mean of the batch, in front of the last layer."""
    built = models.shared()
    last = built.graph.node[-1]
    last.input[0] = "trained"
    first = {
        "noise": helper.make_node("RandomNormalLike", ["second_on"], ["noise"], "noise"),
        "mean": helper.make_node("ReduceMean", ["second_on"], ["mean"], "mean", axes=[0]),
    }
    for node in (first[other], helper.make_node(operator, ["second_on", other], ["trained"], "training")):
        built.graph.node.insert(len(built.graph.node) - 1, node)
    return built


def test_a_model_in_training_mode_is_rejected(bring: Bring) -> None:
    with pytest.raises(QuantshiftError, match=r"gives other numbers at each run .*: export it in evaluation mode"):
        bring(training("Add", "noise"), models.vectors(70))
    with pytest.raises(QuantshiftError, match=r"otherwise alone than among others .* export it in evaluation mode"):
        bring(training("Sub", "mean"), models.vectors(70))


def test_a_fixed_batch_is_padded(bring: Bring) -> None:
    """21 inputs in batches of 8: the last batch is padded, and its padding is not counted."""
    brought = bring(models.convolutional(batch=8), models.images(21))
    assert brought.proof.inputs == 21
    free = bring(models.convolutional(), models.images(21))
    np.testing.assert_allclose(brought.outputs(brought.file), free.outputs(free.file), atol=1e-5)


def test_infinite_outputs_are_named(bring: Bring) -> None:
    inputs = models.vectors(9)
    inputs["x"][4] = np.inf
    with pytest.raises(QuantshiftError, match=r"sample 4 \(counted from 0\) has inf in the input 'x'"):
        bring(models.shared(), inputs)


def test_data_on_which_the_model_fails(bring: Bring) -> None:
    model, inputs = models.encoder()
    inputs["input_ids"][5, 0] = 1000
    with pytest.raises(QuantshiftError, match=r"mine.onnx fails on sample 5 \(counted from 0\): .*; check the types"):
        bring(model, inputs)


def test_inputs_that_are_the_same_for_every_call(bring: Bring) -> None:
    """The user's own file gets them too."""
    built = models.shared()
    built.graph.input.append(models.value("scale", models.FLOAT, [64]))
    built.graph.node[0].input[0] = "scaled"
    built.graph.node.insert(0, helper.make_node("Mul", ["x", "scale"], ["scaled"], "scale"))
    scale = models.random(64, seed=30)
    brought = bring(built, models.vectors(50), constants={"scale": scale})
    plain = bring(models.shared(), {"x": models.vectors(50)["x"] * scale})
    np.testing.assert_allclose(brought.outputs(brought.file), plain.outputs(plain.file), atol=1e-5)


def test_a_variant_of_another_model_is_rejected(bring: Bring, tmp_path: Path) -> None:
    brought = bring(models.shared(), models.vectors(5))
    onnx.save(models.convolutional(), tmp_path / "other.onnx")
    with pytest.raises(
        QuantshiftError, match=r"other\.onnx has the inputs image float32 .* give a variant of this model"
    ):
        prepare_variant(read(tmp_path / "other.onnx"), brought.described.signature, brought.source.file)


@pytest.mark.parametrize(("batch", "other"), [("n", 4), (4, "n"), (4, 1)])
def test_a_variant_with_another_batch_gives_the_same_outputs(
    bring: Bring, tmp_path: Path, batch: int | str, other: int | str
) -> None:
    brought = bring(models.convolutional(batch=batch), models.images(21))
    onnx.save(models.convolutional(batch=other), tmp_path / "other.onnx")
    variant = prepare_variant(read(tmp_path / "other.onnx"), brought.described.signature, brought.source.file)
    onnx.save(variant.model, tmp_path / "variant.onnx")
    np.testing.assert_allclose(brought.outputs(tmp_path / "variant.onnx"), brought.outputs(brought.file), atol=1e-5)


def test_a_variant_with_half_precision(bring: Bring, tmp_path: Path) -> None:
    """Its inputs and outputs are cast, so that it runs as the float32 model does."""
    from onnxconverter_common.float16 import convert_float_to_float16

    brought = bring(models.convolutional(), models.images(40))
    onnx.save(convert_float_to_float16(models.convolutional(), keep_io_types=False), tmp_path / "half.onnx")
    variant = prepare_variant(read(tmp_path / "half.onnx"), brought.described.signature, brought.source.file)
    assert variant.notes == ["its input image is cast from float32 to float16"]
    onnx.save(variant.model, tmp_path / "variant.onnx")
    expected = brought.outputs(brought.file)
    actual = brought.outputs(tmp_path / "variant.onnx")
    assert 0 < np.abs(expected - actual).max() < 0.05
