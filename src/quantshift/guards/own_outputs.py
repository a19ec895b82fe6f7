"""Give a guarded model the inputs and outputs of the user's own file, from which its float32 model was prepared.

The prepared copy answers with one float32 output. Here the answer gets the user's type and shape again, and outputs
that the user's file computes from the answer alone, such as probabilities from logits, are computed from the guarded
answer.
Other outputs are not in the quantized model, and are left out.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
import onnx.inliner
import onnx.version_converter
from onnx import ModelProto, NodeProto, TensorProto, ValueInfoProto, helper, numpy_helper

from quantshift.core.errors import Message
from quantshift.guards.graph import unused_prefix
from quantshift.models.given.graphs import bodies, is_tensor, opset, producers, replace
from quantshift.models.given.names import name_nodes
from quantshift.models.given.only_answer import rename


def restore(model: ModelProto, source: ModelProto) -> tuple[ModelProto, list[Message]]:
    """Return a guarded model with the inputs and outputs of the user's file, and what differs from that file.

    Args:
        model: the guarded model; its outputs are the answer and the mask. It is not changed.
        source: the user's model, which has an output with the answer's name.
    """
    result = ModelProto()
    result.CopyFrom(model)
    result_answer, mask = model.graph.output
    if source.functions:
        source = onnx.inliner.inline_local_functions(source)
    declared = {item.name: item for item in source.graph.output}
    prefix = unused_prefix("own/", {item.name for item in (*source.graph.input, *source.graph.output)})
    _restore_inputs(result, source, prefix)
    answer = declared[result_answer.name]
    # A map of labels to probabilities is computed from a tensor, which is the answer of the prepared copy.
    cut = answer.name if is_tensor(answer) else producers(source.graph)[answer.name].input[0]
    value, restored = _restore_answer(result, result_answer, answer, prefix)
    outputs = {answer.name: restored}
    same_opset = _with_opset(source, opset(result))
    notes = []
    for name, item in declared.items():
        if name == answer.name and is_tensor(answer):
            continue
        nodes = None if same_opset is None else nodes_between(same_opset, cut, name)
        if nodes is not None and same_opset is not None:
            _append(result, same_opset, nodes, {cut: value, name: name}, prefix)
            outputs[name] = item
        elif name == answer.name:
            rename(result.graph, value, name)
            notes.append(f"the output {name} is a tensor, and not a map of labels")
        else:
            notes.append(f"the output {name} is left out, since it is not computed from the answer")
    replace(result.graph.output, [*(outputs[name] for name in declared if name in outputs), mask])
    name_nodes(result)
    return result, notes


def nodes_between(model: ModelProto, start: str, end: str) -> list[NodeProto] | None:
    """Return the nodes that compute a value from another one and constants; None if more is needed.

    Args:
        model: the model.
        start: name of the value to start from.
        end: name of the value to compute.
    """
    makers = producers(model.graph)
    stored = {item.name for item in model.graph.initializer}
    needed: set[int] = set()
    waiting, reached = [end], False
    while waiting:
        name = waiting.pop()
        reached |= name == start
        if name in stored or name == start or not name:
            continue
        node = makers.get(name)
        if node is None or any(True for _ in bodies(node)):
            return None
        if id(node) not in needed:
            needed.add(id(node))
            waiting += node.input
    return [node for node in model.graph.node if id(node) in needed] if reached else None


def _restore_inputs(result: ModelProto, source: ModelProto, prefix: str) -> None:
    """Give inputs the user's types: the prepared copy takes float32 in place of half precision."""
    types = {item.name: item.type.tensor_type.elem_type for item in source.graph.input}
    casts = []
    for item in result.graph.input:
        kind = item.type.tensor_type
        if types.get(item.name, kind.elem_type) != kind.elem_type:
            rename(result.graph, item.name, prefix + item.name)
            casts.append(helper.make_node("Cast", [item.name], [prefix + item.name], to=kind.elem_type))
            kind.elem_type = types[item.name]
    replace(result.graph.node, [*casts, *result.graph.node])


def _restore_answer(
    result: ModelProto, present: ValueInfoProto, wanted: ValueInfoProto, prefix: str
) -> tuple[str, ValueInfoProto]:
    """Give the answer the user's type and shape, and return the name of its value and its declaration."""
    graph, name = result.graph, present.name
    if not is_tensor(wanted):
        rename(graph, name, f"{prefix}tensor")
        return f"{prefix}tensor", present
    kind, actual = wanted.type.tensor_type, present.type.tensor_type
    axes = [axis.dim_value for axis in kind.shape.dim]
    steps: list[tuple[str, list[str], dict[str, Any]]] = []
    declared = ValueInfoProto()
    declared.CopyFrom(present)
    if len(axes) not in (0, len(actual.shape.dim)) and all(length > 0 for length in axes[1:]):
        shape = numpy_helper.from_array(np.array([-1, *axes[1:]]), f"{prefix}shape")
        graph.initializer.append(shape)
        steps.append(("Reshape", [shape.name], {}))
        declared = helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, *axes[1:]])
        declared.type.tensor_type.shape.dim[0].CopyFrom(actual.shape.dim[0])
    if kind.elem_type != actual.elem_type:
        steps.append(("Cast", [], {"to": kind.elem_type}))
        declared.type.tensor_type.elem_type = kind.elem_type
    if steps:
        rename(graph, name, f"{prefix}answer")
    value = f"{prefix}answer"
    for number, (operator, inputs, attributes) in enumerate(steps):
        target = name if number == len(steps) - 1 else f"{prefix}answer_{operator}"
        graph.node.append(helper.make_node(operator, [value, *inputs], [target], **attributes))
        value = target
    return name, declared


def _append(
    result: ModelProto, source: ModelProto, nodes: Sequence[NodeProto], names: dict[str, str], prefix: str
) -> None:
    """Add copies of nodes and of the constants that they use.

    Args:
        result: the guarded model.
        source: the user's model, with the same opset.
        nodes: its nodes.
        names: new names of some values; others get the prefix.
        prefix: start of names that are not public.
    """

    def new_name(name: str) -> str:
        return names.get(name, prefix + name) if name else ""

    present = {item.name for item in result.graph.initializer}
    made = {name for node in result.graph.node for name in node.output}
    used = {name for node in nodes for name in node.input}
    for item in source.graph.initializer:
        if item.name in used and new_name(item.name) not in present:
            copy = TensorProto()
            copy.CopyFrom(item)
            copy.name = new_name(item.name)
            result.graph.initializer.append(copy)
    for node in nodes:
        if any(new_name(name) in made for name in node.output if name):
            continue
        twin = NodeProto()
        twin.CopyFrom(node)
        for values in (twin.input, twin.output):
            replace(values, [new_name(name) for name in values])
        result.graph.node.append(twin)
    domains = {entry.domain for entry in result.opset_import}
    result.opset_import.extend(entry for entry in source.opset_import if entry.domain not in {*domains, "ai.onnx"})


def _with_opset(source: ModelProto, version: int) -> ModelProto | None:
    """Return a model with another version of ONNX's operators, or None if ONNX's converter fails."""
    if opset(source) in (0, version):
        return source
    try:
        return onnx.version_converter.convert_version(source, version)
    except Exception:  # the converter raises RuntimeError and others
        return None
