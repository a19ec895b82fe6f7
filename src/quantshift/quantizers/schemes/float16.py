"""Half precision: weights rounded to float16 (IEEE 754); the CPU computes in float32 behind casts."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnxconverter_common.float16 import convert_float_to_float16

from quantshift.core.signature import ModelRecord
from quantshift.data.stored_inputs import Inputs

OPTIONS: dict[str, Any] = {}

# The converter's own limits, 1e-7 and 1e4, would move weights that float16 can hold or rounds to 0. Only what is beyond
# float16's largest number is cut off there, with a warning.
SMALLEST = 0.0
LARGEST = float(np.finfo(np.float16).max)


def quantize(source: Path, target: Path, options: dict[str, Any], inputs: Inputs, record: ModelRecord) -> None:
    """Write the model with float16 weights and float32 inputs and logits; the other arguments are not used."""
    model = convert_float_to_float16(
        onnx.load(source), min_positive_val=SMALLEST, max_finite_val=LARGEST, keep_io_types=True
    )
    onnx.save(model, target)
