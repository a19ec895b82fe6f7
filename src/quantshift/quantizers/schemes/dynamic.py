"""Dynamic quantization: integer weights; activation ranges are computed from each batch at run time."""

from pathlib import Path
from typing import Any

import onnx
from onnxruntime.quantization import QuantType, quantize_dynamic

from quantshift.core.signature import ModelRecord
from quantshift.data.stored_inputs import Inputs
from quantshift.models.given.graphs import graphs
from quantshift.runtime.faults import brief

OPTIONS = {
    "weight_type": {"enum": ["uint8", "int8"], "default": "uint8", "description": "integer type of the weights"},
    "per_channel": {"type": "boolean", "default": False, "description": "one weight scale per output channel"},
    "reduce_range": {"type": "boolean", "default": False, "description": "7-bit weights"},
}

TYPES = {"uint8": QuantType.QUInt8, "int8": QuantType.QInt8}


def quantize(source: Path, target: Path, options: dict[str, Any], inputs: Inputs, record: ModelRecord) -> None:
    """Write the dynamically quantized model; `inputs` and `record` are not used, since ranges come at run time.

    The integer kernel for LSTMs accepts only int8 weights. If the preset asks for uint8 weights, which are exact on
    every CPU, LSTM weights get 7-bit int8, which is exact as well (see `quantshift.inspection.saturation`).
    """
    model = onnx.load(source)
    # The exporter also records the shapes of weights; onnxruntime transposes some and then fails on the old shape.
    del model.graph.value_info[:]
    extra = {"TensorQuantOverrides": lstm_overrides(model)} if options["weight_type"] == "uint8" else {}
    if len(list(graphs(model.graph))) > 1:
        try:
            _quantize(model, target, options, {**extra, "EnableSubgraph": True})
        except (
            Exception
        ) as error:  # onnxruntime's quantizer does not find some names in bodies, and raises any exception
            print(f"weights in the bodies of If and Loop stay float32 ({brief(error)})", flush=True)
        else:
            return
    _quantize(model, target, options, extra)


def _quantize(model: onnx.ModelProto, target: Path, options: dict[str, Any], extra: dict[str, Any]) -> None:
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    quantize_dynamic(
        copy,
        target,
        weight_type=TYPES[options["weight_type"]],
        per_channel=options["per_channel"],
        reduce_range=options["reduce_range"],
        extra_options=extra,
    )


def lstm_overrides(model: onnx.ModelProto) -> dict[str, list[dict[str, Any]]]:
    """Return the onnxruntime overrides that quantize LSTM weights to 7 bits."""
    stored = {item.name for item in model.graph.initializer}
    names = {name for node in model.graph.node if node.op_type == "LSTM" for name in node.input[1:3]}
    # Both weights are [directions, 4 * hidden, inputs], and onnxruntime uses one scale per direction.
    return {name: [{"axis": 0, "reduce_range": True}] for name in sorted(names & stored)}
