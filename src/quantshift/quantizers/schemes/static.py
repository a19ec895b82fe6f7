"""Static quantization: integer weights and activations, ranges from calibration inputs or learned in training.

onnxruntime's `quantize_static` in the QDQ format; quantization-aware models bring ranges, which replace calibrated
ones on the uint8 grid that they were learned for.
"""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper
from onnxruntime.quantization import CalibrationMethod, QuantFormat, QuantType, quantize_static

from quantshift.quantizers.calibration import CalibrationInputs
from quantshift.quantizers.weights import channel_axes

OPTIONS = {
    "activation_type": {
        "enum": ["uint8", "int8", "uint16", "int16"],
        "default": "uint8",
        "description": "integers of the activations",
    },
    "weight_type": {
        "enum": ["uint8", "int8"],
        "default": "uint8",
        "description": "integers of the weights; int8 with uint8 activations saturates on CPUs without VNNI",
    },
    "per_channel": {"type": "boolean", "default": True, "description": "a weight scale for each output channel"},
    "reduce_range": {"type": "boolean", "default": False, "description": "7-bit weights"},
    "calibration_method": {
        "enum": ["minmax", "entropy", "percentile"],
        "default": "minmax",
        "description": "how ranges are taken from the calibration inputs",
    },
    "calibration_samples": {
        "type": "integer",
        "minimum": 1,
        "default": 100,
        "description": "number of calibration inputs",
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


def quantize(
    source: Path, target: Path, options: dict[str, Any], inputs: NDArray[Any], ranges: dict[str, dict[str, Any]]
) -> None:
    """Write the statically quantized model.

    Args:
        source: the float32 ONNX file.
        target: the file to write.
        options: the preset's options.
        inputs: stored calibration inputs [n, ...], the first `calibration_samples` of which are used.
        ranges: learned (scale, zero_point) by tensor, or empty. They are used when the preset quantizes as they were
            learned (uint8 activations, 8-bit weights for each channel, full range); other presets calibrate.
    """
    learned = (
        bool(ranges)
        and options["activation_type"] == "uint8"
        and options["per_channel"]
        and not options["reduce_range"]
    )
    # Symmetric weights: with zero points that differ from channel to channel no integer kernel takes them.
    extra: dict[str, Any] = {"WeightSymmetric": True}
    # Given a path, onnxruntime writes a file of a fixed name beside it, where jobs of two presets would meet.
    model = onnx.load(source)
    if learned:
        extra["TensorQuantOverrides"] = overrides(model, ranges, options["weight_type"])
    print(f"ranges are {'learned in training' if learned else 'calibrated'}", flush=True)
    quantize_static(
        model,
        target,
        CalibrationInputs(inputs[: options["calibration_samples"]]),
        quant_format=QuantFormat.QDQ,
        activation_type=TYPES[options["activation_type"]],
        weight_type=TYPES[options["weight_type"]],
        per_channel=options["per_channel"],
        reduce_range=options["reduce_range"],
        calibrate_method=METHODS[options["calibration_method"]],
        extra_options=extra,
    )


def overrides(
    model: onnx.ModelProto, ranges: dict[str, dict[str, Any]], weight_type: str
) -> dict[str, list[dict[str, Any]]]:
    """Return onnxruntime's overrides that put every learned tensor on the grid it was trained on.

    Activations take their learned scale and zero point; weights of convolutions and dense layers the symmetric grid of
    each output channel's largest magnitude / 127, moved by 128 for uint8.
    """
    found: dict[str, list[dict[str, Any]]] = {
        # onnxruntime takes arrays without dimensions only.
        tensor: [
            {
                "quant_type": QuantType.QUInt8,
                "scale": np.array(entry["scale"], dtype=np.float32),
                "zero_point": np.array(entry["zero_point"], dtype=np.uint8),
            }
        ]
        for tensor, entry in ranges.items()
    }
    dtype, zero = (np.uint8, 128) if weight_type == "uint8" else (np.int8, 0)
    weights = {item.name: item for item in model.graph.initializer}
    for name, axis in channel_axes(model).items():
        values = numpy_helper.to_array(weights[name])
        limit = np.abs(np.moveaxis(values, axis, 0).reshape(values.shape[axis], -1)).max(axis=1)
        scales = np.maximum(limit / WEIGHT_LIMIT, np.finfo(np.float32).eps).astype(np.float32)
        found[name] = [
            {
                "quant_type": TYPES[weight_type],
                "axis": axis,
                "scale": np.array(scale, dtype=np.float32),
                "zero_point": np.array(zero, dtype=dtype),
            }
            for scale in scales
        ]
    return found
