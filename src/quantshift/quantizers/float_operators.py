"""Operators that static quantization leaves in float32, because 8 bits would ruin them in any model.

- The softmax or sigmoid that turns logits into the answer: of probabilities in 256 steps, many are equal.
- Attention masks: a mask adds a number such as float32's lowest to some scores before a softmax. The range of such a
  sum is so large that all other scores get the same integer.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import GraphProto, ModelProto, NodeProto, TensorProto, numpy_helper

FINAL = ("Softmax", "LogSoftmax", "Sigmoid")
PASSING = ("Identity", "Cast", "Reshape", "Flatten", "Squeeze", "Unsqueeze")
# Operators between a mask and the softmax that it is for.
MASKING = (
    *PASSING,
    *("Add", "Sub", "Mul", "Div", "Where", "Min", "Max", "Clip", "Expand", "Tile", "Transpose", "Slice", "Concat"),
    *("ConstantOfShape", "Trilu"),
)
# Real scores are not below this; masks add -10000 or less.
MASK = -1000.0
CLIPPED = -100000.0


def float_operators(model: ModelProto, inputs: Mapping[str, NDArray[Any]]) -> list[str]:
    """Return the sorted names of the nodes to leave in float32.

    Args:
        model: the float32 model.
        inputs: calibration inputs by name, since a mask may be an input.
    """
    makers = {name: node for node in model.graph.node for name in node.output}
    lowest = {item.name: _lowest(item) for item in model.graph.initializer}
    lowest |= {name: float(array.min()) for name, array in inputs.items() if array.dtype.kind == "f" and array.size}
    nodes = [*_final(model.graph, makers)]
    for node in model.graph.node:
        if node.op_type == "Softmax":
            region = [node, *_region(node, makers)]
            if any(_is_mask(member, lowest) for member in region):
                nodes += region
    return sorted({node.name for node in nodes if node.name})


def clip_masks(model: ModelProto) -> None:
    """Raise the numbers of masks to `CLIPPED`, since histograms cannot span float32's range; the model is changed.

    After a softmax both are 0.
    """
    makers = {name: node for node in model.graph.node for name in node.output}
    lowest = {item.name: _lowest(item) for item in model.graph.initializer}
    stored = {item.name: item for item in model.graph.initializer}
    for softmax in (node for node in model.graph.node if node.op_type == "Softmax"):
        for node in _region(softmax, makers):
            tensors = [stored[name] for name in node.input if lowest.get(name, 0.0) < CLIPPED]
            tensors += [item.t for item in node.attribute if item.HasField("t") and _lowest(item.t) < CLIPPED]
            for tensor in tensors:
                values = np.maximum(numpy_helper.to_array(tensor), CLIPPED)
                tensor.CopyFrom(numpy_helper.from_array(values, tensor.name))


def _final(graph: GraphProto, makers: Mapping[str, NodeProto]) -> Iterator[NodeProto]:
    """Yield the nodes that turn logits into answers."""
    for output in graph.output:
        node, passed = makers.get(output.name), []
        while node is not None and node.op_type in PASSING:
            passed.append(node)
            node = makers.get(node.input[0])
        if node is not None and node.op_type in FINAL:
            yield from (*passed, node)


def _region(softmax: NodeProto, makers: Mapping[str, NodeProto]) -> list[NodeProto]:
    """Return the nodes that compute the input of a softmax element by element."""
    region: dict[str, NodeProto] = {}
    waiting = [softmax.input[0]]
    while waiting:
        node = makers.get(waiting.pop())
        if node is not None and node.op_type in MASKING and node.output[0] not in region:
            region[node.output[0]] = node
            waiting += node.input
    return list(region.values())


def _is_mask(node: NodeProto, lowest: Mapping[str, float]) -> bool:
    """Return whether a node reads or makes a number as low as a mask's."""
    made = [_lowest(item.t) for item in node.attribute if item.HasField("t")]
    return any(number <= MASK for number in (*made, *(lowest.get(name, 0.0) for name in node.input)))


def _lowest(tensor: TensorProto) -> float:
    """Return the lowest number of a tensor of floats; 0 for other types."""
    if tensor.data_type not in (TensorProto.FLOAT, TensorProto.DOUBLE):
        return 0.0
    return float(np.min(numpy_helper.to_array(tensor), initial=0.0))
