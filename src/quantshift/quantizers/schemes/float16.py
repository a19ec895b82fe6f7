"""Half precision: weights rounded to float16 (IEEE 754); the CPU computes in float32 behind casts."""

from pathlib import Path
from typing import Any

import onnx
from numpy.typing import NDArray
from onnxconverter_common.float16 import convert_float_to_float16

OPTIONS: dict[str, Any] = {}


def quantize(
    source: Path, target: Path, options: dict[str, Any], inputs: NDArray[Any], ranges: dict[str, dict[str, Any]]
) -> None:
    """Write the model with float16 weights and float32 inputs and logits; the other arguments are not used."""
    onnx.save(convert_float_to_float16(onnx.load(source), keep_io_types=True), target)
