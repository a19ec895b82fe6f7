"""Dynamic quantization: integer weights; activation ranges are taken from each batch at run time."""

from pathlib import Path
from typing import Any

import onnx
from numpy.typing import NDArray
from onnxruntime.quantization import QuantType, quantize_dynamic

OPTIONS = {
    "weight_type": {"enum": ["uint8", "int8"], "default": "uint8", "description": "integers of the weights"},
    "per_channel": {"type": "boolean", "default": False, "description": "a weight scale for each output channel"},
    "reduce_range": {"type": "boolean", "default": False, "description": "7-bit weights"},
}

TYPES = {"uint8": QuantType.QUInt8, "int8": QuantType.QInt8}


def quantize(
    source: Path, target: Path, options: dict[str, Any], inputs: NDArray[Any], ranges: dict[str, dict[str, Any]]
) -> None:
    """Write the dynamically quantized model; `inputs` and `ranges` are not used, since ranges come at run time."""
    model = onnx.load(source)
    # The exporter notes the shapes of weights too; onnxruntime transposes some and then trips over the old shape.
    del model.graph.value_info[:]
    quantize_dynamic(
        model,
        target,
        weight_type=TYPES[options["weight_type"]],
        per_channel=options["per_channel"],
        reduce_range=options["reduce_range"],
    )
