"""Outputs of classifiers from scikit-learn: maps become tensors, and labels become numbers from 0, with their names."""

from onnx import AttributeProto, ModelProto, NodeProto, TensorProto, helper

from quantshift.models.given.graphs import find_attribute, is_tensor, producers

MACHINE_LEARNING = "ai.onnx.ml"
# The attributes with the labels of classifiers, which have different names for the same thing.
LABELS = ("classlabels_strings", "classlabels_int64s", "classlabels_ints")
CLASSIFIERS = ("LinearClassifier", "SVMClassifier", "TreeEnsembleClassifier", "ZipMap")
# Operators that do not change a label.
PASSING = ("Identity", "Cast", "Reshape", "Flatten", "Squeeze", "Unsqueeze")

# The labels of an output's classes, in order.
Labels = dict[str, list[str | int]]


def unzip(model: ModelProto) -> Labels:
    """Replace each `ZipMap` by the tensor of its probabilities, and return the labels by output."""
    graph, labels = model.graph, Labels()
    for node in graph.node:
        if (node.domain, node.op_type) != (MACHINE_LEARNING, "ZipMap"):
            continue
        names = labels_of(node)
        output = next((item for item in graph.output if item.name == node.output[0]), None)
        if names is None or output is None:
            continue
        labels[output.name] = names
        output.CopyFrom(helper.make_tensor_value_info(output.name, TensorProto.FLOAT, [None, len(names)]))
        node.CopyFrom(helper.make_node("Identity", [node.input[0]], [node.output[0]], node.name))
    return labels


def number_labels(model: ModelProto) -> Labels:
    """Make outputs with a classifier's labels number them from 0, and return the labels by output.

    An output with strings from another operator is left as it is.
    """
    makers, labels = producers(model.graph), Labels()
    classifiers: dict[str, NodeProto] = {}
    for output in model.graph.output:
        node = makers.get(output.name)
        while node is not None and node.op_type in PASSING:
            node = makers.get(node.input[0])
        if node is None or node.domain != MACHINE_LEARNING or node.op_type not in CLASSIFIERS or not is_tensor(output):
            continue
        names = labels_of(node)
        if names is None or not _reaches(output.name, node.output[0], makers):
            continue
        labels[output.name] = names
        if names != list(range(len(names))):
            classifiers[node.output[0]] = node
            output.type.tensor_type.elem_type = TensorProto.INT64
    for node in classifiers.values():
        _renumber(node)
    return labels


def labels_of(node: NodeProto) -> list[str | int] | None:
    """Return the labels of a classifier's classes, in their order; None without any."""
    for name in LABELS:
        attribute = find_attribute(node, name)
        if attribute is not None and attribute.strings:
            return [item.decode("utf-8", errors="replace") for item in attribute.strings]
        if attribute is not None and attribute.ints:
            return list(attribute.ints)
    return None


def _reaches(output: str, label: str, makers: dict[str, NodeProto]) -> bool:
    """Return whether an output is a classifier's label, rather than its scores."""
    name = output
    while name != label and name in makers and makers[name].op_type in PASSING:
        name = makers[name].input[0]
    return name == label


def _renumber(node: NodeProto) -> None:
    """Replace a classifier's labels by 0, 1, ..."""
    attribute = next(item for item in node.attribute if item.name in LABELS and (item.strings or item.ints))
    count = len(attribute.strings) or len(attribute.ints)
    name = "classlabels_int64s" if node.op_type == "TreeEnsembleClassifier" else "classlabels_ints"
    attribute.CopyFrom(helper.make_attribute(name, list(range(count)), attr_type=AttributeProto.INTS))
