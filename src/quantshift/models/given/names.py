"""Names of nodes: every node gets a unique one, without which onnxruntime and its quantizers fail or mix nodes up."""

from onnx import ModelProto

from quantshift.models.given.graphs import nodes, unused


def name_nodes(model: ModelProto) -> int:
    """Give every node of a model a unique name, and return how many were renamed; names of values stay."""
    names: set[str] = set()
    changed = 0
    for node in nodes(model):
        name = unused(node.name or node.op_type, names)
        changed += name != node.name
        node.name = name
    return changed
