"""Weight-only quantization: weights stored as symmetric integers with one scale per channel, computed in float32.

Each weight is stored as integers followed by a DequantizeLinear, which works for every operator, recurrent ones
included.
"""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from quantshift.core.signature import ModelRecord
from quantshift.data.stored_inputs import Inputs
from quantshift.models.given.graphs import graphs
from quantshift.quantizers.weights import channel_axes

OPTIONS = {"bits": {"enum": [4, 8], "default": 8, "description": "bits per stored weight"}}

# Dequantize weights once, when the file is opened, and not at each run: convolutions then take 0.5 to 0.7 of the time.
SESSION = {"session.disable_quant_qdq": "1"}
STORAGE = {4: TensorProto.INT4, 8: TensorProto.INT8}
OPSET_OF_INT4 = 21


def quantize(source: Path, target: Path, options: dict[str, Any], inputs: Inputs, record: ModelRecord) -> None:
    """Write the model with integer weights; `inputs` and `record` are not used, since activations stay float32."""
    bits: int = options["bits"]
    model = onnx.load(source)
    if bits == 4 and model.opset_import[0].version < OPSET_OF_INT4:
        model = onnx.version_converter.convert_version(model, OPSET_OF_INT4)
    # Bodies first: replacing the nodes of a graph copies the bodies in them.
    for graph in reversed(list(graphs(model.graph))):
        _quantize_graph(graph, bits)
    onnx.checker.check_model(model)
    onnx.save(model, target)


def _quantize_graph(graph: onnx.GraphProto, bits: int) -> None:
    """Replace the weights that a graph stores by integers and a DequantizeLinear each."""
    weights = {item.name: item for item in graph.initializer}
    dequantizers = []
    for name, axis in channel_axes(graph).items():
        integers, scales = symmetric(numpy_helper.to_array(weights[name]), axis, bits)
        graph.initializer.remove(weights[name])
        packed = integers.astype(helper.tensor_dtype_to_np_dtype(STORAGE[bits]))
        graph.initializer.append(numpy_helper.from_array(packed, f"{name}_integers"))
        graph.initializer.append(numpy_helper.from_array(scales, f"{name}_scales"))
        dequantizers.append(
            helper.make_node("DequantizeLinear", [f"{name}_integers", f"{name}_scales"], [name], axis=axis)
        )
    nodes = [*dequantizers, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)


def symmetric(weight: NDArray[np.float32], axis: int, bits: int) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return a weight's integers and scales; a channel's scale is its largest magnitude / (2**(bits-1) - 1).

    >>> symmetric(np.array([[0.5, -1.0], [0.0, 0.0]], dtype=np.float32), axis=0, bits=8)[0].tolist()
    [[64, -127], [0, 0]]
    """
    limit = 2 ** (bits - 1) - 1
    channels = np.moveaxis(weight, axis, 0).reshape(weight.shape[axis], -1)
    scales = np.maximum(np.abs(channels).max(axis=1) / limit, np.finfo(np.float32).tiny).astype(np.float32)
    shape = [-1 if dimension == axis else 1 for dimension in range(weight.ndim)]
    integers = np.clip(np.rint(weight / scales.reshape(shape)), -limit, limit).astype(np.int8)
    return integers, scales
