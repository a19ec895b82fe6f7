"""Half precision: weights are rounded to float16 (IEEE 754), cast back and computed with in float32 on the CPU."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnxconverter_common.float16 import convert_float_to_float16

from quantshift.core.signature import ModelRecord
from quantshift.data.stored_inputs import Inputs
from quantshift.models.given.graphs import graphs, replace, unused, value_names
from quantshift.runtime.session import PROVIDERS, settings

OPTIONS: dict[str, Any] = {}

# The converter's default limits, 1e-7 and 1e4, would change weights that float16 can represent or would round to 0.
# With these limits only weights above float16's largest number are clipped, with a warning.
SMALLEST = 0.0
LARGEST = float(np.finfo(np.float16).max)


def quantize(source: Path, target: Path, options: dict[str, Any], inputs: Inputs, record: ModelRecord) -> None:
    """Write the model with float16 weights and float32 inputs and logits; the other arguments are not used.

    The converter writes an invalid graph for some operators. Then only the weights are float16, each with a cast.
    """
    model = onnx.load(source)
    try:
        half = convert_float_to_float16(model, min_positive_val=SMALLEST, max_finite_val=LARGEST, keep_io_types=True)
        _require_valid(half)
    except Exception as error:  # the converter and onnxruntime export no common class of their exceptions
        print(f"only the weights are float16, since the converter fails ({type(error).__name__})", flush=True)
        half = weights_alone(onnx.load(source))
    onnx.save(half, target)


def _require_valid(model: onnx.ModelProto) -> None:
    """Check that onnxruntime can open a model; it raises if not."""
    options = settings()
    options.log_severity_level = 4
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    onnxruntime.InferenceSession(model.SerializeToString(), options, providers=PROVIDERS)


def weights_alone(model: onnx.ModelProto) -> onnx.ModelProto:
    """Return the model with each weight of two or more axes in float16, followed by a cast; the argument is changed."""
    names = value_names(model)
    # Bodies first: replacing the nodes of a graph copies the bodies in them.
    for graph in reversed(list(graphs(model.graph))):
        casts = []
        defaults = {item.name for item in graph.input}
        for item in graph.initializer:
            if item.data_type == TensorProto.FLOAT and len(item.dims) >= 2 and item.name not in defaults:
                name = item.name
                values = np.clip(numpy_helper.to_array(item), -LARGEST, LARGEST).astype(np.float16)
                item.CopyFrom(numpy_helper.from_array(values, unused(f"{name}_half", names)))
                casts.append(helper.make_node("Cast", [item.name], [name], f"{item.name}_cast", to=TensorProto.FLOAT))
        if casts:
            replace(graph.node, [*casts, *graph.node])
    return model
