"""The weights of an ONNX graph.

The bodies of `If` and `Loop` are skipped: onnxruntime's quantizers leave them in float32 too, and the table `variants`
reports what share of the weights is quantized. The graph is read with onnx, since importing onnx_ir takes longer than
applying a preset.
"""

import onnx

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


def channel_axes(model: onnx.ModelProto) -> dict[str, int]:
    """Return the axis of the output channels of each weight of a float32 graph, by initializer name."""
    stored = {item.name for item in model.graph.initializer}
    return {
        node.input[position]: 0 if node.op_type == "Gemm" and transposed(node) else axis
        for node in model.graph.node
        for position, axis in WEIGHTS.get(node.op_type, ())
        if node.input[position] in stored
    }


def transposed(node: onnx.NodeProto) -> bool:
    """Return whether the weight of a Gemm is stored as [out, in]."""
    return any(attribute.name == "transB" and attribute.i == 1 for attribute in node.attribute)
