"""Half precision: weights are rounded to float16 (IEEE 754), cast back and computed with in float32 on the CPU."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnxconverter_common.float16 import convert_float_to_float16

from quantshift.core.signature import ModelRecord
from quantshift.data.stored_inputs import Inputs

OPTIONS: dict[str, Any] = {}

# The converter's default limits, 1e-7 and 1e4, would change weights that float16 can represent or would round to 0.
# With these limits only weights above float16's largest number are clipped, with a warning.
SMALLEST = 0.0
LARGEST = float(np.finfo(np.float16).max)


def quantize(source: Path, target: Path, options: dict[str, Any], inputs: Inputs, record: ModelRecord) -> None:
    """Write the model with float16 weights and float32 inputs and logits; the other arguments are not used."""
    model = convert_float_to_float16(
        onnx.load(source), min_positive_val=SMALLEST, max_finite_val=LARGEST, keep_io_types=True
    )
    onnx.save(model, target)
