"""Where a graph keeps its weights.

The bodies of `If` and `Loop` are not looked at: onnxruntime's quantizers leave them in float32 too, and the table
`variants` says which share of the weights is quantized. The graph is read as onnx has it, since the import of onnx_ir
takes longer than a preset does.
"""

import onnx

# The integer kernels are made from these; biases and normalisations are not weights here.
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
    """Return the weights of a float graph by initializer's name, each with the axis of its output channels."""
    stored = {item.name for item in model.graph.initializer}
    return {
        node.input[position]: 0 if node.op_type == "Gemm" and transposed(node) else axis
        for node in model.graph.node
        for position, axis in WEIGHTS.get(node.op_type, ())
        if node.input[position] in stored
    }


def transposed(node: onnx.NodeProto) -> bool:
    """Return whether a Gemm takes its weight as [out, in]."""
    return any(attribute.name == "transB" and attribute.i == 1 for attribute in node.attribute)
