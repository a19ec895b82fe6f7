"""Each scheme against plain numpy on one dense layer."""

import warnings

import numpy as np
import onnx
import pytest
from onnx import numpy_helper
from tests.answers import model_record, predict

from quantshift.core.errors import QuantshiftError
from quantshift.core.names import GIVEN
from quantshift.export.signature import INPUT
from quantshift.inspection.coverage import coverage
from quantshift.inspection.saturation import SAFE_WEIGHT, cpu_saturates
from quantshift.quantizers.not_applicable import NotApplicableError
from quantshift.quantizers.schemes import float16, static, weight_only

STATIC = {
    "scheme": "static",
    "activation_type": "uint8",
    "weight_type": "int8",
    "per_channel": True,
    "reduce_range": False,
    "calibration_method": "minmax",
    "calibration_samples": 50,
}
PORTABLE = {**STATIC, "reduce_range": True}
UINT8 = {**STATIC, "weight_type": "uint8"}
exact = pytest.mark.skipif(cpu_saturates(), reason="8-bit int8 weights saturate on this CPU, which lacks VNNI")
DYNAMIC = {"scheme": "dynamic", "weight_type": "uint8", "per_channel": False, "reduce_range": False}


def constants(path):
    return {item.name: numpy_helper.to_array(item) for item in onnx.load(path).graph.initializer}


def rounded(values, scale, zero_point, low=0, high=255):
    return np.clip(np.rint(values / scale) + zero_point, low, high)


@pytest.mark.parametrize(
    ("preset", "kind", "zero"),
    [
        pytest.param(STATIC, np.int8, 0, marks=exact, id="static_int8"),
        pytest.param(PORTABLE, np.int8, 0, id="static_int8_portable"),
        pytest.param(UINT8, np.uint8, 128, id="static_uint8"),
    ],
)
def test_static_is_integer_arithmetic_on_the_stored_grids(quantized, calibration, preset, kind, zero):
    path = quantized(**preset)
    stored = constants(path)
    integers, scales, zeros = (stored[f"weight_{part}"] for part in ("quantized", "scale", "zero_point"))
    assert integers.dtype == kind
    assert scales.shape == (5,)
    assert set(zeros.tolist()) == {zero}  # symmetric: integer kernels reject zero points that differ by channel
    in_scale, in_zero = stored["flat_scale"], stored["flat_zero_point"].astype(np.int64)
    out_scale, out_zero = stored["logits_scale"], stored["logits_zero_point"].astype(np.int64)
    flat = calibration.reshape(50, 16).astype(np.float32) / 255
    sums = (rounded(flat, in_scale, in_zero) - in_zero) @ (integers.astype(np.int64) - zero)
    expected = (rounded(sums * in_scale * scales, out_scale, out_zero) - out_zero) * out_scale
    actual = predict(path, calibration, 7)
    assert np.abs(actual - expected).max() <= out_scale * 1.01
    assert (np.abs(actual - expected) < out_scale / 2).mean() > 0.99
    assert coverage(path).integer_compute_share == 1


GRID = {"scale": 0.004, "zero_point": 0}


def test_learned_ranges_are_written_to_the_file(float32, calibration, tmp_path):
    record = model_record(calibration, 5, ranges={"flat": GRID, "logits": {"scale": 0.125, "zero_point": 100}})
    static.quantize(float32, tmp_path / "learned.onnx", STATIC, {INPUT: calibration}, record)
    stored = constants(tmp_path / "learned.onnx")
    assert (stored["flat_scale"], stored["flat_zero_point"]) == (np.float32(0.004), 0)
    assert (stored["logits_scale"], stored["logits_zero_point"]) == (np.float32(0.125), 100)


@pytest.mark.parametrize("weights", [{"reduce_range": True}, {"per_channel": False}, {"weight_type": "uint8"}], ids=str)
def test_learned_activation_ranges_apply_whatever_the_weight_grid(quantized, float32, calibration, tmp_path, weights):
    """Only 8-bit weights with a scale per channel are on the training grid; onnxruntime computes all others."""
    record = model_record(calibration, 5, ranges={"flat": GRID, "logits": {"scale": 0.125, "zero_point": 100}})
    static.quantize(
        float32,
        tmp_path / "learned.onnx",
        STATIC | weights,
        {INPUT: calibration},
        record,
    )
    learned, calibrated = constants(tmp_path / "learned.onnx"), constants(quantized(**(STATIC | weights)))
    assert (learned["flat_scale"], learned["flat_zero_point"]) == (np.float32(0.004), 0)
    assert (learned["logits_scale"], learned["logits_zero_point"]) == (np.float32(0.125), 100)
    if "weight_type" not in weights:
        np.testing.assert_array_equal(learned["weight_quantized"], calibrated["weight_quantized"])


def test_uint8_and_int8_weights_share_a_grid_if_ranges_were_learned(float32, calibration, tmp_path):
    record = model_record(calibration, 5, ranges={"flat": GRID, "logits": {"scale": 0.125, "zero_point": 100}})
    for name, preset in (("int8", STATIC), ("uint8", UINT8)):
        static.quantize(
            float32,
            tmp_path / f"{name}.onnx",
            preset,
            {INPUT: calibration},
            record,
        )
    signed, unsigned = (constants(tmp_path / f"{name}.onnx") for name in ("int8", "uint8"))
    np.testing.assert_array_equal(signed["weight_scale"], unsigned["weight_scale"])
    shifted = unsigned["weight_quantized"].astype(int) - 128
    np.testing.assert_array_equal(signed["weight_quantized"], shifted)
    if not cpu_saturates():
        logits = [predict(tmp_path / f"{name}.onnx", calibration, 7) for name in ("int8", "uint8")]
        np.testing.assert_array_equal(*logits)


@pytest.mark.parametrize("other", [{"calibration_method": "entropy"}, {"activation_type": "uint16"}], ids=str)
def test_a_preset_with_another_activation_grid_calibrates(quantized, float32, calibration, tmp_path, other):
    record = model_record(calibration, 5, ranges={"flat": GRID, "logits": {"scale": 0.125, "zero_point": 100}})
    static.quantize(
        float32,
        tmp_path / "learned.onnx",
        STATIC | other,
        {INPUT: calibration},
        record,
    )
    calibrated = constants(quantized(**(STATIC | other)))
    for name, value in constants(tmp_path / "learned.onnx").items():
        assert np.array_equal(value, calibrated[name])


@pytest.mark.parametrize(
    ("tensors", "other"), [(["logits"], "flat"), (["flat"], "logits"), (["flat", "input", "logits"], "input")]
)
def test_learned_ranges_must_match_the_quantized_tensors(float32, calibration, tmp_path, tensors, other):
    record = model_record(calibration, 5, ranges=dict.fromkeys(tensors, GRID))
    with pytest.raises(QuantshiftError, match=f"onnxruntime quantizes others: see {other}"):
        static.quantize(float32, tmp_path / "learned.onnx", STATIC, {INPUT: calibration}, record)


def test_static_leaves_no_extra_file_next_to_its_source(quantized, tmp_path):
    before = {file.name for file in tmp_path.iterdir()}
    quantized(**STATIC)
    added = {file.name for file in tmp_path.iterdir()} - before
    assert added == {"calibration.npy", "model.json", "quantized.onnx"}


@pytest.mark.parametrize("preset", [pytest.param(STATIC, marks=exact), PORTABLE, UINT8])
def test_static_is_close_to_float(quantized, float32, calibration, preset):
    expected = predict(float32, calibration, 50)
    actual = predict(quantized(**preset), calibration, 50)
    assert 0 < np.abs(actual - expected).max() < 0.03 * np.ptp(expected)


def test_per_tensor_weights_have_one_scale(quantized):
    assert constants(quantized(**{**STATIC, "per_channel": False}))["weight_scale"].size == 1


def test_a_reduced_range_limits_weights_to_seven_bits(quantized):
    """So the sum of two products fits into 16 bits, and CPUs without VNNI do not saturate."""
    for preset, limit in ((STATIC, 127), (PORTABLE, SAFE_WEIGHT)):
        assert np.abs(constants(quantized(**preset))["weight_quantized"].astype(int)).max() == limit


def test_only_seven_bits_and_uint8_are_exact_without_vnni(quantized):
    assert coverage(quantized(**STATIC)).saturates_without_vnni
    assert not coverage(quantized(**PORTABLE)).saturates_without_vnni
    assert not coverage(quantized(**UINT8)).saturates_without_vnni


@pytest.mark.parametrize("method", ["entropy", "percentile"])
def test_other_calibration_methods_run(quantized, calibration, method):
    assert np.isfinite(predict(quantized(**{**STATIC, "calibration_method": method}), calibration, 50)).all()


def test_sixteen_bit_activations_are_closer_to_float(quantized, float32, calibration):
    exact = predict(float32, calibration, 50)
    errors = [
        np.abs(predict(quantized(**{**STATIC, "activation_type": kind}), calibration, 50) - exact).mean()
        for kind in ("uint8", "uint16")
    ]
    assert errors[1] < errors[0]


def test_fewer_samples_give_narrower_ranges(quantized):
    few, all_of_them = (
        constants(quantized(**{**STATIC, "calibration_samples": count}))["logits_scale"] for count in (1, 50)
    )
    assert few < all_of_them


def test_dynamic_computes_its_range_from_the_batch(quantized, calibration, weight):
    path = quantized(**DYNAMIC)
    actual = predict(path, calibration, 1)
    low, high = min(weight.min(), 0), max(weight.max(), 0)
    weight_scale = (high - low) / 255
    weight_zero = np.rint(-low / weight_scale)
    integers = rounded(weight, weight_scale, weight_zero) - weight_zero
    flat = calibration.reshape(50, 16).astype(np.float32) / 255
    scale = flat.max(axis=1, keepdims=True) / 255  # inputs are 0 or more, so that the zero point is 0
    expected = (rounded(flat, scale, 0) @ integers) * scale * weight_scale
    # A product on the boundary of two levels may be rounded the other way.
    assert np.abs(actual - expected).max() <= (scale * np.abs(weight).max()).max() * 1.01
    assert (np.abs(actual - expected) < 1e-4).mean() > 0.9
    assert coverage(path).integer_compute_share == 1
    in_one_batch = predict(path, calibration, 50)
    assert not np.array_equal(actual, in_one_batch)


@pytest.mark.parametrize(("bits", "limit"), [(8, 127), (4, 7)])
def test_weight_only_rounds_only_the_weights(quantized, calibration, weight, bits, limit):
    path = quantized(scheme="weight_only", bits=bits)
    scales = np.abs(weight).max(axis=0) / limit
    expected = (calibration.reshape(50, 16).astype(np.float32) / 255) @ (np.rint(weight / scales) * scales)
    for entries in ({}, weight_only.SESSION):
        np.testing.assert_allclose(predict(path, calibration, 7, entries), expected, rtol=1e-4, atol=1e-5)
        result = coverage(path, entries)
        assert (result.quantized_weight_share, result.integer_compute_share) == (1, 0)


def test_weight_only_dequantizes_when_the_file_is_opened(quantized):
    path = quantized(scheme="weight_only", bits=8)
    assert "MatMulNBits" in coverage(path).operators
    run = coverage(path, weight_only.SESSION).operators
    assert "Gemm:1" in run
    assert not any(name in run for name in ("MatMulNBits", "DequantizeLinear"))


def test_float16_rounds_the_weights_to_half_precision(quantized, calibration, weight):
    path = quantized(scheme="float16")
    half = weight.astype(np.float16).astype(np.float32)
    expected = (calibration.reshape(50, 16).astype(np.float32) / 255) @ half
    np.testing.assert_allclose(predict(path, calibration, 7), expected, rtol=2e-3, atol=2e-3)
    result = coverage(path)
    assert (result.quantized_weight_share, result.integer_compute_share) == (1, 0)


def test_float16_does_nothing_but_round(float32, calibration, tmp_path):
    """Zeros stay zero, subnormal numbers are rounded as float16 rounds them, and there is no warning."""
    smallest = 2.0**-24
    tiny = [0.0, -0.0, 1e-45, 1e-12, 0.4 * smallest, 0.6 * smallest, 1e-7, 1.5e-7, 5e-6, 6.1e-5]
    large = [0.1, 1 / 3, 1e4, 12345.678, 65000.0, 65504.0 - 16]
    numbers = np.array([*tiny, *large], dtype=np.float32)
    weight = np.zeros((16, 5), np.float32)
    weight[:, 0], weight[:, 3] = numbers, -numbers
    model = onnx.load(float32)
    model.graph.initializer[0].CopyFrom(numpy_helper.from_array(weight, "weight"))
    onnx.save(model, float32)
    target = tmp_path / "half.onnx"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        float16.quantize(float32, target, {}, {INPUT: calibration}, model_record(calibration, 5))
    stored = constants(target)["weight"]
    assert stored.dtype == np.float16
    np.testing.assert_array_equal(stored, weight.astype(np.float16))
    assert np.isfinite(predict(target, calibration, 7)).all()


def test_float16_clips_what_it_cannot_represent_and_warns(float32, calibration, tmp_path):
    model = onnx.load(float32)
    weight = np.ones((16, 5), np.float32)
    weight[0] = [1e6, -1e6, 65519, -65519, 2]
    model.graph.initializer[0].CopyFrom(numpy_helper.from_array(weight, "weight"))
    onnx.save(model, float32)
    target = tmp_path / "half.onnx"
    with pytest.warns(UserWarning, match="will be truncated to -?65504"):
        float16.quantize(float32, target, {}, {INPUT: calibration}, model_record(calibration, 5))
    assert constants(target)["weight"][0].tolist() == [65504, -65504, 65504, -65504, 2]


def test_a_float_model_is_not_called_quantized(float32):
    result = coverage(float32)
    assert (result.weights, result.quantized_weight_share, result.integer_compute_share) == (80, 0, 0)


def test_too_many_calibration_samples_are_rejected(quantized, tmp_path):
    with pytest.raises(QuantshiftError, match=r"calibration_samples is 51, but .* has only 50 inputs"):
        quantized(**{**STATIC, "calibration_samples": 51})
    assert not (tmp_path / "quantized.onnx").exists()


def test_few_calibration_samples_of_a_user_are_all_used(quantized, capsys):
    expected = constants(quantized(**STATIC))
    actual = constants(quantized(origin="given", **{**STATIC, "calibration_samples": 51}))
    assert "calibration_samples is 51; all 50 calibration inputs are used" in capsys.readouterr().out
    for name, values in expected.items():
        assert np.array_equal(actual[name], values)


def test_the_message_names_a_truncated_source(quantized, float32, tmp_path):
    float32.write_bytes(float32.read_bytes()[:200])
    with pytest.raises(QuantshiftError, match=r"float32\.onnx is not an ONNX model"):
        quantized(**DYNAMIC)
    assert not (tmp_path / "quantized.onnx").exists()


def test_a_users_model_whose_answers_become_infinite_cannot_take_the_preset(quantized, float32, weight, tmp_path):
    # The weights of the last class are rounded to 0, and the reciprocal of its score is infinite.
    model = onnx.load(float32)
    rounded_away = np.abs(weight) * [1, 1, 1, 1, 1e-6]
    model.graph.initializer[0].CopyFrom(numpy_helper.from_array(rounded_away.astype(np.float32), "weight"))
    model.graph.node[-1].output[0] = "scores"
    model.graph.node.append(onnx.helper.make_node("Reciprocal", ["scores"], ["logits"]))
    onnx.save(model, float32)
    with pytest.raises(NotApplicableError, match="for 50 of 50 calibration inputs are infinite or not a number"):
        quantized(origin=GIVEN, **DYNAMIC)
    assert not (tmp_path / "quantized.onnx").exists()
    assert quantized(origin=GIVEN, **DYNAMIC | {"per_channel": True}).exists()
    assert quantized(**DYNAMIC).exists()
