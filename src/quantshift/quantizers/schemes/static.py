"""Static quantization: integer weights and activations, with calibrated or learned activation ranges.

It uses onnxruntime's `quantize_static` in the QDQ format. Models from quantization-aware training bring learned ranges,
which replace calibrated ones on the uint8 grid that they were learned for.

Weights are int8 by default: on CPUs with VNNI, the kernels for uint8 activations and int8 weights are about twice as
fast as those for uint8 weights (benchmarks/integer_speed.py). CPUs without VNNI saturate with 8-bit int8 weights; they
are exact with 7-bit int8 weights (`reduce_range`) and with uint8 weights (see `quantshift.inspection.saturation`).
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import numpy_helper
from onnxruntime.quantization import CalibrationMethod, QuantFormat, QuantType, quantize_static

from quantshift.core.errors import QuantshiftError
from quantshift.core.signature import ModelRecord, TensorRange
from quantshift.data.stored_inputs import Inputs
from quantshift.quantizers.calibration import CalibrationInputs
from quantshift.quantizers.float_operators import clip_masks, float_operators
from quantshift.quantizers.weights import channel_axes

OPTIONS = {
    "activation_type": {
        "enum": ["uint8", "int8", "uint16", "int16"],
        "default": "uint8",
        "description": "integer type of the activations",
    },
    "weight_type": {
        "enum": ["uint8", "int8"],
        "default": "int8",
        "description": "integer type of the weights; int8 saturates on CPUs without VNNI, unless reduce_range is true",
    },
    "per_channel": {"type": "boolean", "default": True, "description": "one weight scale per output channel"},
    "reduce_range": {"type": "boolean", "default": False, "description": "7-bit weights: exact on every CPU"},
    "calibration_method": {
        "enum": ["minmax", "entropy", "percentile"],
        "default": "minmax",
        "description": "how activation ranges are computed from the calibration inputs",
    },
    "calibration_samples": {
        "type": "integer",
        "minimum": 1,
        "maximum": 1000000,
        "default": 100,
        "description": "number of calibration inputs",
    },
    "operators": {
        "type": "names",
        "default": [],
        "description": "types of operators to quantize, such as Conv or MatMul; empty: all with an integer kernel",
    },
}

TYPES = {
    "uint8": QuantType.QUInt8,
    "int8": QuantType.QInt8,
    "uint16": QuantType.QUInt16,
    "int16": QuantType.QInt16,
}
METHODS = {
    "minmax": CalibrationMethod.MinMax,
    "entropy": CalibrationMethod.Entropy,
    "percentile": CalibrationMethod.Percentile,
}
WEIGHT_LIMIT = 127
# The types that onnxruntime quantizes in this format, without BatchNormalization: one that is not folded into a
# convolution has no integer kernel, so its weights would be rounded, with one scale for all channels, and then used in
# float32.
OPERATORS = (
    "Add ArgMax AveragePool Clip Concat Conv ConvTranspose CumSum EmbedLayerNormalization Flatten Gather "
    "GatherElements Gemm GlobalAveragePool InstanceNormalization LayerNormalization LeakyRelu MatMul MaxPool Mul Pad "
    "Relu Reshape Resize Sigmoid Slice Softmax Split Squeeze TopK Transpose Unsqueeze Where"
)


def quantize(source: Path, target: Path, options: dict[str, Any], inputs: Inputs, record: ModelRecord) -> None:
    """Write the statically quantized model.

    Args:
        source: the float32 ONNX file.
        target: the file to write.
        options: the preset's options.
        inputs: stored calibration inputs; the first `calibration_samples` are used.
        record: the model's inputs, and the learned ranges of its activations, if any. Presets with uint8 activations
            and `minmax` use learned ranges, whatever the grid of their weights; other presets, and those that state
            their operators, calibrate. Weights are on the grid of the training if the preset has the same one: 8 bits,
            one scale per channel.

    Raises:
        QuantshiftError: onnxruntime does not quantize exactly the tensors that have learned ranges.
    """
    ranges = record.get("ranges", {})
    learned = bool(ranges) and options["activation_type"] == "uint8" and options["calibration_method"] == "minmax"
    operators = options.get("operators", [])
    learned &= not operators
    model = load(source, options)
    overrides = {}
    if learned:
        overrides = activation_overrides(ranges)
        if options["per_channel"] and not options["reduce_range"]:
            overrides |= weight_overrides(model, options["weight_type"])
    print(f"activation ranges are {'learned in training' if learned else 'calibrated'}", flush=True)
    reader = CalibrationInputs(inputs, record, options["calibration_samples"])
    excluded = float_operators(model, inputs)
    write(model, target, options, reader, operators or OPERATORS.split(), excluded, overrides=overrides)
    if learned:
        check(model, onnx.load(target), ranges)


def load(source: Path, options: Mapping[str, Any]) -> onnx.ModelProto:
    """Return the float32 model; numbers of masks are raised for calibration by histograms."""
    # If given a path, onnxruntime writes a file with a fixed name next to it, and jobs of two presets would collide.
    model = onnx.load(source)
    if options["calibration_method"] != "minmax":
        clip_masks(model)
    return model


def write(
    model: onnx.ModelProto,
    target: Path,
    options: Mapping[str, Any],
    reader: CalibrationInputs,
    operators: Sequence[str],
    excluded: Sequence[str],
    *,
    overrides: Mapping[str, Any] | None = None,
    ranges: Path | None = None,
) -> None:
    """Write the quantized model with onnxruntime.

    Args:
        model: the float32 model.
        target: the file to write.
        options: the preset's options.
        reader: the calibration inputs.
        operators: the types of operators to quantize.
        excluded: names of nodes to leave in float32.
        overrides: onnxruntime's overrides by tensor.
        ranges: a file with calibrated ranges, which is written if it does not exist and is used if it does.
    """
    # Weights must be symmetric: no integer kernel accepts zero points that differ by channel.
    extra: dict[str, Any] = {"WeightSymmetric": True}
    if overrides:
        extra["TensorQuantOverrides"] = overrides

    def quantize(model: onnx.ModelProto, extra: Mapping[str, Any]) -> None:
        quantize_static(
            model,
            target,
            reader,
            quant_format=QuantFormat.QDQ,
            op_types_to_quantize=list(operators),
            nodes_to_exclude=list(excluded),
            activation_type=TYPES[options["activation_type"]],
            weight_type=TYPES[options["weight_type"]],
            per_channel=options["per_channel"],
            reduce_range=options["reduce_range"],
            calibrate_method=METHODS[options["calibration_method"]],
            extra_options=dict(extra),
            calibration_cache_path=ranges,
        )

    if options["calibration_method"] == "minmax":
        quantize(model, extra)
        return
    # onnxruntime changes the model that it gets.
    unchanged = onnx.ModelProto()
    unchanged.CopyFrom(model)
    try:
        quantize(model, extra)
    except ValueError:
        # Histograms of all inputs at once need values of one shape, and some graphs have a shape that depends on the
        # values: then histograms of single batches are merged.
        reader.set_range(0, len(reader))
        quantize(unchanged, {**extra, "CalibStridedMinMax": 1})


def check(model: onnx.ModelProto, quantized: onnx.ModelProto, ranges: Mapping[str, TensorRange]) -> None:
    """Check that the tensors quantized at run time are exactly those with a learned range.

    Raises:
        QuantshiftError: a quantized tensor has no learned range, or a tensor with a learned range is not quantized.
    """
    # Only activations are quantized at run time. A tensor that shares another tensor's grid refers to its scale.
    used = {node.input[1].removesuffix("_scale") for node in quantized.graph.node if node.op_type == "QuantizeLinear"}
    for node in model.graph.node:
        if node.op_type == "Relu" and node.output[0] in used and node.input[0] in ranges:
            used.add(node.input[0])  # onnxruntime has merged the two tensors
    if different := sorted(used.symmetric_difference(ranges)):
        raise QuantshiftError(
            f"ranges were learned for {len(ranges)} tensors, but onnxruntime quantizes others: see {different[0]}. "
            "Either training rounds different tensors than the quantizer does (training/integer_graph.py), or the ONNX "
            "file and its record belong to different models"
        )


def activation_overrides(ranges: Mapping[str, TensorRange]) -> dict[str, list[dict[str, Any]]]:
    """Return the onnxruntime overrides that put every activation on the uint8 grid that it was trained on."""
    return {
        # onnxruntime accepts only arrays without dimensions.
        tensor: [
            {
                "quant_type": QuantType.QUInt8,
                "scale": np.array(entry["scale"], dtype=np.float32),
                "zero_point": np.array(entry["zero_point"], dtype=np.uint8),
            }
        ]
        for tensor, entry in ranges.items()
    }


def weight_overrides(model: onnx.ModelProto, weight_type: str) -> dict[str, list[dict[str, Any]]]:
    """Return the onnxruntime overrides that put the weights on the grid of the training (see `fake_quantization`).

    The grid is symmetric, with the scale largest magnitude / 127 for each output channel. The zero point is 0, or 128
    for uint8 weights.
    """
    dtype, zero = (np.uint8, 128) if weight_type == "uint8" else (np.int8, 0)
    weights = {item.name: item for item in model.graph.initializer}
    overrides: dict[str, list[dict[str, Any]]] = {}
    for name, axis in channel_axes(model.graph).items():
        values = numpy_helper.to_array(weights[name])
        limit = np.abs(np.moveaxis(values, axis, 0).reshape(values.shape[axis], -1)).max(axis=1)
        scales = np.maximum(limit / WEIGHT_LIMIT, np.finfo(np.float32).eps).astype(np.float32)
        overrides[name] = [
            {
                "quant_type": TYPES[weight_type],
                "axis": axis,
                "scale": np.array(scale, dtype=np.float32),
                "zero_point": np.array(zero, dtype=dtype),
            }
            for scale in scales
        ]
    return overrides
