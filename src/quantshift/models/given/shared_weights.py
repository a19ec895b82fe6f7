"""A copy of a weight for each of its uses.

onnxruntime's dynamic quantizer transposes the weight of a Gemm in place, and then uses it for the next Gemm, too.
"""

from onnx import ModelProto, TensorProto

from quantshift.models.given.graphs import graphs, unused, value_names

FLOATS = (TensorProto.FLOAT, TensorProto.DOUBLE)


def copy_shared(model: ModelProto) -> int:
    """Give each use of a weight of two or more axes its own copy, and return the number of new copies."""
    names, copies = value_names(model), 0
    for outer in graphs(model.graph):
        weights = {item.name: item for item in outer.initializer if len(item.dims) >= 2 and item.data_type in FLOATS}
        used: set[str] = set()
        for graph in graphs(outer):
            # A body may have a value of the same name of its own.
            own = set() if graph is outer else {item.name for item in (*graph.initializer, *graph.input)}
            for node in graph.node:
                for position, name in enumerate(node.input):
                    if name not in weights or name in own:
                        continue
                    if name in used:
                        copy = outer.initializer.add()
                        copy.CopyFrom(weights[name])
                        copy.name = node.input[position] = unused(name, names)
                        copies += 1
                    used.add(name)
    return copies
