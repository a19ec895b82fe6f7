"""Twelve kinds of files that users bring, each with the outcome that its construction determines."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, numpy_helper
from onnxconverter_common.float16 import convert_float_to_float16
from onnxruntime.quantization import QuantType, quantize_dynamic
from tests import given_models as models

from quantshift.core.errors import QuantshiftError
from quantshift.inspection.coverage import coverage
from quantshift.models.given.choices import Choices
from quantshift.models.given.describe import describe
from quantshift.models.given.prepare import prepare
from quantshift.models.given.read import read
from quantshift.models.given.variant import prepare_variant
from quantshift.quantizers.not_applicable import NotApplicableError

Bring = Callable[..., Any]
PRESETS = ("static_int8", "dynamic_int8", "weight_int8")


def output(brought: Any) -> tuple[str, str, int]:
    found = brought.described.signature["output"]
    return found["name"], found["kind"], found["classes"]


SHARED = {
    "1 shared weight": {},
    "2 old format": {"opset": 11, "ir_version": 3, "clipped": True},
    "3 constant nodes": {"opset": 13, "constants": True},
    "opset 9": {"opset": 9, "ir_version": 4},
    "newest": {"opset": 26, "ir_version": 13},
}


@pytest.mark.parametrize("form", SHARED)
def test_dense_networks_in_every_form_stay_themselves(bring: Bring, form: str) -> None:
    """Cases 1 to 3: the same network in different forms, whose weight two Gemms share."""
    brought = bring(models.shared(**SHARED[form]), models.vectors())
    assert output(brought) == ("logits", "logits", 10)
    assert brought.proof.answers_equal
    assert brought.proof.max_difference < 1e-5
    for preset in PRESETS:
        assert brought.rate(preset) < 0.04, preset
        share = coverage(brought.quantized(preset))
        assert (share.weights, share.quantized_weight_share) == (2 * 64 * 64 + 64 * 10, 1), preset


def test_a_shared_weight_goes_wrong_without_preparation(tmp_path: Path) -> None:
    """Otherwise the first case would show nothing."""
    path = tmp_path / "raw.onnx"
    quantize_dynamic(read_only(models.shared(), tmp_path), path, weight_type=QuantType.QUInt8)
    inputs = models.vectors()
    answers = [run(file, inputs).argmax(axis=1) for file in (tmp_path / "only.onnx", path)]
    assert (answers[0] != answers[1]).mean() > 0.5


def read_only(model: onnx.ModelProto, folder: Path) -> onnx.ModelProto:
    """Return a model with names of nodes, without which onnxruntime does not open it."""
    onnx.save(model, folder / "mine.onnx")
    named = read(folder / "mine.onnx").model
    onnx.save(named, folder / "only.onnx")
    return named


def run(file: Path, inputs: models.Inputs) -> np.ndarray:
    import onnxruntime

    result: np.ndarray = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"]).run(None, inputs)[0]
    return result


def test_exactly_two_inputs_cross_the_threshold(bring: Bring) -> None:
    """Case 4."""
    model, inputs = models.sigmoid()
    brought = bring(model, inputs)
    assert output(brought) == ("risk", "score", 2)
    assert brought.described.signature["output"]["threshold"] == 0.5
    assert brought.disagreeing("weight_int8").tolist() == [17, 120]


@pytest.mark.parametrize("lowest", [models.LOWEST, -10000.0, -np.inf])
def test_an_attention_mask_does_not_ruin_calibration(bring: Bring, lowest: float) -> None:
    """Case 5, with each of the numbers that exporters use."""
    model, inputs = models.encoder(lowest=lowest)
    if np.isinf(lowest):  # 0 * inf is not a number, so such masks are selected
        (node,) = (node for node in model.graph.node if node.name == "" and list(node.output) == ["added"])
        node.CopyFrom(onnx.helper.make_node("Where", ["hidden", "lowest", "none"], ["added"]))
        cast = onnx.helper.make_node("Cast", ["masked"], ["hidden"], to=TensorProto.BOOL)
        model.graph.node.insert(3, cast)
        model.graph.initializer.append(numpy_helper.from_array(np.array(0, dtype=np.float32), "none"))
    brought = bring(model, inputs)
    assert output(brought) == ("logits", "logits", 3)
    assert [spec["shape"] for spec in brought.described.signature["inputs"]] == [[None], [None]]
    for preset in PRESETS:
        assert brought.rate(preset) < 0.05, preset
    assert coverage(brought.quantized("static_int8")).quantized_weight_share > 0.9


@pytest.mark.parametrize("method", ["entropy", "percentile"])
@pytest.mark.parametrize("lowest", [models.LOWEST, -10000.0])
def test_masks_and_free_lengths_with_histograms(bring: Bring, method: str, lowest: float) -> None:
    model, inputs = models.encoder(lowest=lowest)
    brought = bring(model, inputs)
    preset = dict(brought.presets["static_int8"], calibration_method=method)
    brought = dataclasses.replace(brought, presets={"histogram": preset})
    assert brought.rate("histogram") < 0.05


def test_images_with_channels_last_and_a_softmax(bring: Bring) -> None:
    """Case 6: bytes, TensorFlow's names, and probabilities that are never softmaxed again."""
    model, inputs = models.tensorflow()
    brought = bring(model, inputs)
    assert output(brought) == ("dense/Softmax:0", "probabilities", 5)
    (spec,) = brought.described.signature["inputs"]
    assert (spec["name"], spec["dtype"], spec["shape"]) == ("pixels:0", "uint8", [8, 8, 3])
    for preset in PRESETS:
        assert brought.rate(preset) < 0.05, preset
    # The softmax stays float: its outputs are not multiples of a step, so no ties arise from it.
    outputs = brought.outputs(brought.quantized("static_int8"), "static_int8")
    np.testing.assert_allclose(outputs.sum(axis=1), 1, atol=1e-6)


def test_two_outputs_a_fixed_batch_and_external_data(bring: Bring, tmp_path: Path) -> None:
    """Case 7."""
    built = models.convolutional(outputs=["features", "logits"], batch=1)
    path = models.with_external_data(built, tmp_path / "outer.onnx")
    assert (tmp_path / "weights.bin").stat().st_size > path.stat().st_size
    brought = bring(path, models.images())
    assert output(brought) == ("logits", "logits", 5)
    assert brought.described.signature["batch"] == 1
    assert [item.name for item in brought.described.model.graph.output] == ["logits"]
    for preset in PRESETS:
        assert brought.rate(preset) < 0.05, preset


def test_weights_in_branches(bring: Bring) -> None:
    """Case 8: no preset pretends to have quantized them."""
    brought = bring(models.branches(), models.vectors())
    weights = 2 * (64 * 32 + 32 * 10)
    assert coverage(brought.file).weights == weights
    with pytest.raises(NotApplicableError, match=r"4 Gemm in the body of an If or Loop, which this scheme leaves"):
        brought.quantized("static_int8")
    for preset in ("dynamic_int8", "weight_int8"):
        assert coverage(brought.quantized(preset)).quantized_weight_share == 1, preset
        assert brought.rate(preset) < 0.05, preset


def test_channels_of_very_different_scales(bring: Bring) -> None:
    """Case 9: one scale per channel is good, one for all channels is not."""
    brought = bring(models.depthwise(), models.images(channels=8))
    assert brought.rate("weight_int8") < 0.05
    assert brought.rate("dynamic_int8") > 0.3


def test_a_quantized_file_is_a_variant(bring: Bring, tmp_path: Path) -> None:
    """Case 10: it cannot be the reference, but it can be compared with it."""
    brought = bring(models.convolutional(), models.images())
    for preset in PRESETS:
        file = brought.quantized(preset)
        with pytest.raises(
            QuantshiftError, match=rf"{preset}\.onnx is already quantized .* --variant {preset}="
        ) as error:
            prepare(read(file))
        assert "\n" not in str(error.value)
        variant = prepare_variant(read(file), brought.described.signature, brought.source.file)
        onnx.save(variant.model, tmp_path / "variant.onnx")
        np.testing.assert_array_equal(brought.outputs(tmp_path / "variant.onnx", preset), brought.outputs(file, preset))


@pytest.mark.parametrize("same_types", [True, False])
def test_half_precision_is_cast_up(bring: Bring, same_types: bool) -> None:
    """Case 10: a file in float16, with float32 or float16 inputs and outputs."""
    half = convert_float_to_float16(models.convolutional(), keep_io_types=same_types)
    brought = bring(half, models.images())
    assert "half precision was cast up to float32" in brought.described.understood["changes"]
    assert brought.described.signature["inputs"][0]["dtype"] == "float32"
    assert brought.proof.max_difference < 0.05
    assert brought.rate("weight_int8") < 0.05


def test_a_pipeline_of_scikit_learn(bring: Bring) -> None:
    """Case 11: probabilities without the map, and the labels by name."""
    model, inputs = models.species()
    brought = bring(model, inputs)
    assert output(brought) == ("output_probability", "probabilities", 3)
    assert brought.described.signature["output"]["labels"] == models.SPECIES
    for preset in PRESETS:
        with pytest.raises(NotApplicableError, match="no float32 weights"):
            brought.quantized(preset)


def test_scores_of_scikit_learn_are_no_probabilities(bring: Bring) -> None:
    """Such as those of a support vector machine, which are in a map as well."""
    model, inputs = models.species(transform="NONE")
    brought = bring(model, inputs)
    assert output(brought) == ("output_probability", "logits", 3)


def test_labels_of_probabilities_without_a_map(bring: Bring) -> None:
    model, inputs = models.species(zipped=False)
    model.graph.output.append(models.value("probability_tensor", models.FLOAT, [None, 3]))
    brought = bring(model, inputs)
    assert output(brought) == ("probability_tensor", "probabilities", 3)
    assert brought.described.signature["output"]["labels"] == models.SPECIES


def test_labels_alone(bring: Bring) -> None:
    model, inputs = models.species(zipped=False)
    brought = bring(model, inputs)
    assert output(brought) == ("output_label", "label", 3)
    assert brought.described.signature["output"]["labels"] == models.SPECIES
    assert set(np.unique(brought.outputs(brought.file))) == {0, 1, 2}


OTHERS = [
    pytest.param(models.segmentation, "more than one answer per input", "only classifiers", id="segmentation"),
    pytest.param(models.autoencoder, "as wide as the input", "only classifiers", id="autoencoder"),
    pytest.param(models.regressor, "without a sigmoid", r"--answers score --threshold T", id="regressor"),
]


@pytest.mark.parametrize(("build", "reason", "advice"), OTHERS)
def test_no_classifier(build: Callable[[], onnx.ModelProto], reason: str, advice: str, tmp_path: Path) -> None:
    """Case 12: one sentence with what to do, where something can be done."""
    onnx.save(build(), tmp_path / "mine.onnx")
    with pytest.raises(QuantshiftError, match=f"mine.onnx is no classifier .*{reason}.*{advice}") as error:
        describe(prepare(read(tmp_path / "mine.onnx")))
    assert "\n" not in str(error.value)


def test_a_regressor_with_a_threshold(bring: Bring) -> None:
    brought = bring(models.regressor(), models.vectors(), Choices(answers="score", threshold=1.5))
    assert brought.described.signature["output"]["threshold"] == 1.5
    assert brought.rate("weight_int8") < 0.05
