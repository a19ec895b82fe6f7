"""The weights of an ONNX graph, read with onnx, since importing onnx_ir takes longer than applying a preset."""

import onnx

from quantshift.models.given.graphs import graphs

# By operator: (position of the input, axis of the output channels) of each weight. Biases and normalizations do not
# count as weights.
WEIGHTS = {
    "Conv": ((1, 0),),
    "ConvTranspose": ((1, 1),),
    "Gemm": ((1, 1),),
    "MatMul": ((1, 1),),
    "Gather": ((0, 0),),
    "LSTM": ((1, 1), (2, 1)),
    "GRU": ((1, 1), (2, 1)),
}


def channel_axes(graph: onnx.GraphProto) -> dict[str, int]:
    """Return the axis of the output channels of each weight that a float32 graph stores, by initializer name.

    A weight may be used in the body of an `If` or `Loop` of the graph; weights that bodies store are not included.
    """
    # An initializer that is an input as well is only the input's default.
    stored = {item.name for item in graph.initializer} - {item.name for item in graph.input}
    axes = {}
    for inner in graphs(graph):
        hidden = set() if inner is graph else {item.name for item in inner.initializer}
        for node in inner.node:
            for position, axis in WEIGHTS.get(node.op_type, ()):
                name = node.input[position]
                if name in stored - hidden:
                    axes[name] = 0 if node.op_type == "Gemm" and transposed(node) else axis
    return axes


def transposed(node: onnx.NodeProto) -> bool:
    """Return whether the weight of a Gemm is stored as [out, in]."""
    return any(attribute.name == "transB" and attribute.i == 1 for attribute in node.attribute)
