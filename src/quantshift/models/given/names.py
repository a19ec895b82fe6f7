"""Names of nodes: every node gets a unique one, without which onnxruntime and its quantizers fail or mix nodes up."""

from onnx import ModelProto

from quantshift.models.given.graphs import nodes, unused


def name_nodes(model: ModelProto) -> None:
    """Give every node of a model a unique name; names of values stay."""
    names: set[str] = set()
    for node in nodes(model):
        node.name = unused(node.name or node.op_type, names)
