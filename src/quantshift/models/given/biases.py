"""Biases with one axis, the only shape that onnxruntime's static quantizer takes."""

from onnx import ModelProto

from quantshift.models.given.graphs import graphs, unused, value_names


def flatten_biases(model: ModelProto) -> None:
    """Turn each constant bias of a Gemm from [1, n] into [n], which adds the same numbers."""
    names = value_names(model)
    for graph in graphs(model.graph):
        stored = {item.name: item for item in graph.initializer}
        for node in graph.node:
            if node.op_type != "Gemm" or len(node.input) < 3 or node.input[2] not in stored:
                continue
            bias = stored[node.input[2]]
            if len(bias.dims) == 2 and bias.dims[0] == 1:
                flat = graph.initializer.add()
                flat.CopyFrom(bias)
                flat.dims[:] = bias.dims[1:]
                flat.name = node.input[2] = unused(f"{bias.name}_flat", names)
