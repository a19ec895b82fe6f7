"""A network as onnxruntime's integer kernels will compute it: which tensors are rounded, and on which grid.

This module mirrors what `onnxruntime.quantization.quantize_static` does with the exported graph (QDQ format), and
`export/ranges.py` applies the same rules to that graph:

- convolutions, dense layers, sums and concatenations have integer inputs and outputs, each tensor on its own grid;
- a ReLU that is the only user of such a tensor becomes part of its rounding;
- pooling and reshaping use the grid of their input, if it is rounded;
- everything else (normalizations that cannot be folded, means) is computed in float32.
"""

import operator
from collections.abc import Callable
from typing import Any, cast

import torch
from torch import fx, nn
from torch.nn import functional

from quantshift.core.errors import QuantshiftError
from quantshift.training.batch_norm import FoldedLayer, FrozenNormalization, fold
from quantshift.training.fake_quantization import FakeQuantizedActivation, FakeQuantizedLayer, SameGrid

# The ONNX operator that each layer or function becomes.
MODULES: dict[type[nn.Module], str] = {
    nn.Conv2d: "Conv",
    nn.Linear: "Gemm",
    nn.ReLU: "Relu",
    nn.MaxPool2d: "MaxPool",
    nn.AvgPool2d: "AveragePool",
    nn.Flatten: "Reshape",
    nn.Unflatten: "Reshape",
    nn.BatchNorm1d: "BatchNormalization",
    nn.BatchNorm2d: "BatchNormalization",
    nn.Identity: "Identity",
    nn.Dropout: "Identity",
}
FUNCTIONS: dict[Callable[..., Any], str] = {
    operator.add: "Add",
    operator.iadd: "Add",
    torch.add: "Add",
    torch.cat: "Concat",
    torch.relu: "Relu",
    torch.relu_: "Relu",
    functional.relu: "Relu",
    functional.max_pool2d: "MaxPool",
    functional.avg_pool2d: "AveragePool",
    torch.flatten: "Reshape",
    torch.reshape: "Reshape",
    functional.dropout: "Identity",
}
METHODS = {
    "add": "Add",
    "add_": "Add",
    "contiguous": "Identity",
    "flatten": "Reshape",
    "relu": "Relu",
    "relu_": "Relu",
    "reshape": "Reshape",
    "unflatten": "Reshape",
    "view": "Reshape",
}
INTEGER_OPERATORS = ("Conv", "Gemm", "Add", "Concat")
SAME_GRID = ("MaxPool", "AveragePool", "Reshape")


def integer_graph(model: nn.Module, momentum: float) -> fx.GraphModule:
    """Return a graph of `model` that rounds as integer kernels do; it shares the model's weights and trains them.

    A normalization that directly follows a convolution is folded into it, in the model itself (see `batch_norm.fold`).

    Args:
        model: a network of the layers and functions above; any others stay float.
        momentum: weight of a new batch in the moving minimum and maximum of an activation.

    Raises:
        QuantshiftError: its forward pass cannot be traced, or uses a layer twice.
    """
    graph, operators = trace(model)
    biases = fold_normalizations(graph, operators)
    grids: dict[fx.Node, FakeQuantizedActivation] = {}

    def observe(node: fx.Node, name: str) -> None:
        grids[node] = FakeQuantizedActivation(name, momentum)
        insert_after(graph, node, grids[node])

    for node, kind in operators.items():
        # Weights that are added to an activation have no learned range.
        inputs = [source for source in node.all_input_nodes if source.op != "get_attr"]
        sources = [origin(source, operators) for source in inputs]
        if kind in INTEGER_OPERATORS:
            for source in sources:
                if source not in grids:
                    observe(source, "Input" if source.op == "placeholder" else f"{kind} input")
            if node in biases:
                layer = single_use_layer(graph, node, model)
                graph.add_submodule(str(node.target), FakeQuantizedLayer(layer, biases[node], grids[sources[0]]))
            user = only_user(node)
            observe(user if user is not None and operators[user] == "Relu" else node, kind)
        elif kind == "Relu" and node not in grids and sources[0] in grids:
            observe(node, kind)
        elif kind in SAME_GRID and sources[0] in grids:
            grids[node] = grids[sources[0]]
            if kind == "AveragePool":
                insert_after(graph, node, SameGrid(grids[node]))
    graph.delete_all_unused_submodules()
    graph.recompile()
    return graph


def folded_graph(model: nn.Module) -> fx.GraphModule:
    """Return a graph of `model` with normalizations folded and frozen as in `integer_graph`, but without rounding.

    It shares the model's weights and trains them.

    Raises:
        QuantshiftError: its forward pass cannot be traced, or uses a layer twice.
    """
    graph, operators = trace(model)
    for node, bias in fold_normalizations(graph, operators).items():
        graph.add_submodule(str(node.target), FoldedLayer(single_use_layer(graph, node, model), bias))
    graph.delete_all_unused_submodules()
    graph.recompile()
    return graph


def trace(model: nn.Module) -> tuple[fx.GraphModule, dict[fx.Node, str]]:
    """Return a graph of the model's forward pass, and the ONNX operator that each node becomes.

    Raises:
        QuantshiftError: it cannot be traced.
    """
    try:
        graph = fx.symbolic_trace(model)
    except fx.proxy.TraceError as error:
        raise QuantshiftError(
            f"qat and continued cannot trace the forward pass of {type(model).__name__} ({error}): write it without "
            "conditions on values, or remove qat and continued from datasets.<name>.methods"
        ) from error
    return graph, {node: operator_of(graph, node) for node in graph.graph.nodes}


def single_use_layer(graph: fx.GraphModule, node: fx.Node, model: nn.Module) -> nn.Conv2d | nn.Linear:
    """Return the convolution or dense layer that a node calls.

    Raises:
        QuantshiftError: an earlier node calls it too, and the layer has already been replaced.
    """
    layer = graph.get_submodule(str(node.target))
    if not isinstance(layer, nn.Conv2d | nn.Linear):
        raise QuantshiftError(
            f"qat and continued cannot prepare the layer {node.target}, which {type(model).__name__} uses twice: "
            "define a layer for each use, or remove qat and continued from datasets.<name>.methods"
        )
    return layer


def learned_ranges(graph: fx.GraphModule) -> list[FakeQuantizedActivation]:
    """Return the module with the range of each rounded tensor, in the order in which integer operators use them.

    This may differ from the order of the tensors; `export/ranges.py` visits the exported graph in the same order.
    """
    return [module for _, module in graph.named_children() if isinstance(module, FakeQuantizedActivation)]


def operator_of(graph: fx.GraphModule, node: fx.Node) -> str:
    """Return the ONNX operator that a node becomes, or an empty string if integer kernels do not handle it."""
    if node.op == "call_module":
        return MODULES.get(type(graph.get_submodule(str(node.target))), "")
    if node.op == "call_function" and callable(node.target):
        kind = FUNCTIONS.get(node.target, "")
        return "Identity" if kind == "Concat" and len(node.all_input_nodes) == 1 else kind
    return METHODS.get(str(node.target), "") if node.op == "call_method" else ""


def fold_normalizations(graph: fx.GraphModule, operators: dict[fx.Node, str]) -> dict[fx.Node, nn.Parameter | None]:
    """Fold normalizations into the convolutions and dense layers before them and freeze the others, in place.

    Return the bias of each convolution and dense layer. Folded nodes are removed from the graph and from `operators`.
    """
    biases: dict[fx.Node, nn.Parameter | None] = {}
    for node in list(operators):
        layer = graph.get_submodule(str(node.target)) if node.op == "call_module" else None
        if isinstance(layer, nn.Conv2d | nn.Linear):
            biases[node] = cast(nn.Parameter | None, layer.bias)
            user = only_user(node)
            if user is not None and operators[user] == "BatchNormalization":
                normalization = graph.get_submodule(str(user.target))
                assert isinstance(normalization, nn.BatchNorm1d | nn.BatchNorm2d)
                fold(layer, normalization)
                biases[node] = normalization.bias
                user.replace_all_uses_with(node)
                graph.graph.erase_node(user)
                del operators[user]
        elif isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d) and node in operators:
            graph.add_submodule(str(node.target), FrozenNormalization(layer))
    return biases


def only_user(node: fx.Node) -> fx.Node | None:
    """Return the only node that uses `node`, or None if there are several or none."""
    return next(iter(node.users)) if len(node.users) == 1 else None


def origin(node: fx.Node, operators: dict[fx.Node, str]) -> fx.Node:
    """Return the node whose tensor stands for `node` in the exported graph, without rounding, identity and dropout."""
    while node not in operators or operators[node] == "Identity":
        node = node.all_input_nodes[0]
    return node


def insert_after(graph: fx.GraphModule, node: fx.Node, module: nn.Module) -> None:
    """Insert `module` after `node`, so that all users of the node's output use the module's output."""
    name = f"range_of_{node.name}"
    graph.add_submodule(name, module)
    with graph.graph.inserting_after(node):
        added = graph.graph.call_module(name)
    node.replace_all_uses_with(added)
    added.args = (node,)
