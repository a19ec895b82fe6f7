"""Quantization-aware training: fine-tuning with fake quantization (Jacob et al., arXiv 1712.05877).

The learned ranges go on to the `static` scheme; the float32 model is the float twin, with the trained weights and no
rounding.
"""

import torch
from torch import fx, nn
from torch.nn.utils import parametrize

from quantshift.training.fake_quantization import FakeQuantizedActivation, FakeQuantizedWeight
from quantshift.training.method import ActivationRange, Method

SETTINGS = {
    "range_momentum": {
        "type": "number",
        "exclusiveMinimum": 0,
        "maximum": 1,
        "description": "weight of a new batch in the moving minimum and maximum of an activation",
    },
}

# Layers that run on integers, with the ONNX operator that each becomes.
OPERATORS: dict[type[nn.Module], str] = {nn.Conv2d: "Conv", nn.Linear: "Gemm"}


class QuantizationAware(Method):
    """Fake quantization of the input, of the weights, and of each integer layer's output (after its ReLU)."""

    def prepare(self, model: nn.Module) -> fx.GraphModule:
        """Return a graph of the model with fake quantization; it trains the model's own weights."""
        graph = fx.symbolic_trace(model)
        momentum = self.settings["range_momentum"]
        for node in list(graph.graph.nodes):
            if node.op == "placeholder":
                observe(graph, node, FakeQuantizedActivation("Input", momentum))
            elif node.op == "call_module":
                layer = graph.get_submodule(node.target)
                if operator := OPERATORS.get(type(layer)):
                    parametrize.register_parametrization(layer, "weight", FakeQuantizedWeight())
                    observe(graph, activation(graph, node), FakeQuantizedActivation(operator, momentum))
        graph.recompile()
        return graph

    def ranges(self, model: nn.Module) -> list[ActivationRange]:
        """Return the learned range of the input and of each integer layer's output, in the graph's order."""
        found = []
        for module in model.modules():
            if isinstance(module, FakeQuantizedActivation):
                scale, zero_point = module.grid()
                found.append(ActivationRange(module.operator, float(scale), int(zero_point)))
        return found

    def finish(self, model: nn.Module) -> None:
        """Take the rounding off the weights: the float twin keeps them as trained."""
        for layer in model.modules():
            if parametrize.is_parametrized(layer, "weight"):
                with torch.no_grad():
                    parametrize.remove_parametrizations(layer, "weight", leave_parametrized=False)


def activation(graph: fx.GraphModule, node: fx.Node) -> fx.Node:
    """Return the ReLU that alone uses `node`, or `node`: integer kernels clip and round once for both."""
    users = list(node.users)
    if (
        len(users) == 1
        and users[0].op == "call_module"
        and isinstance(graph.get_submodule(str(users[0].target)), nn.ReLU)
    ):
        return users[0]
    return node


def observe(graph: fx.GraphModule, node: fx.Node, module: FakeQuantizedActivation) -> None:
    """Put `module` behind `node`, so that everything that used the node's output uses the module's."""
    name = f"range_of_{node.name}"
    graph.add_submodule(name, module)
    with graph.graph.inserting_after(node):
        added = graph.graph.call_module(name)
    node.replace_all_uses_with(added)
    added.args = (node,)


METHOD = QuantizationAware
