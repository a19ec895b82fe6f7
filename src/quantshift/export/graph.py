"""The ONNX graph of an architecture: traced once, it is filled with the weights of each training, without torch."""

from collections.abc import Mapping
from typing import Any

import onnx
from numpy.typing import NDArray
from onnx import TensorProto, numpy_helper

from quantshift.errors import QuantshiftError

# What batch normalization counts in training, and no graph has.
UNUSED = "num_batches_tracked"
# Where a graph has one of these, weights are put together anew, and what comes out depends on them.
FOLDED = {"BatchNormalization", "GRU", "LSTM"}


def filled(graph: onnx.ModelProto, weights: Mapping[str, NDArray[Any]], shape: tuple[int, ...]) -> onnx.ModelProto:
    """Return a traced graph with these weights, what is constant computed.

    torch's exporter takes the weights of recurrent layers apart and puts them together in the order of ONNX's gates at
    each run, where no quantizer finds them: these, too, are computed here.

    Args:
        graph: the graph of a model of the same architecture; it is changed.
        weights: the model's weights by name.
        shape: the shape of one input.

    Raises:
        QuantshiftError: the graph is of a model with other weights.
    """
    places = {item.name: item for item in graph.graph.initializer}
    for name, value in weights.items():
        if name.rpartition(".")[2] == UNUSED:
            continue
        if name not in places or tuple(places[name].dims) != value.shape:
            raise QuantshiftError(
                f"the traced graph has no weight {name} of shape {value.shape}: it was traced from another network; "
                "remove results/graphs and run snakemake again"
            )
        places[name].CopyFrom(numpy_helper.from_array(value, name))
    if not folds_weights(graph):
        return graph
    # Imported where it is needed: it takes a second, and a LeNet's graph was folded when it was traced.
    from quantshift.export.folding import fold

    if not takes_texts(graph):
        return without_notes(fold(graph))
    made = fold(graph, whole=True)
    # Sizes of what is inside a graph of texts follow from the input's, which is as long as it was traced.
    del made.graph.value_info[:]
    made.graph.input[0].type.tensor_type.shape.dim[1].dim_value = shape[0]
    return without_notes(onnx.shape_inference.infer_shapes(made, strict_mode=True))


def folds_weights(graph: onnx.ModelProto) -> bool:
    """Return whether computing what is constant in a graph changes its weights."""
    return any(node.op_type in FOLDED for node in graph.graph.node)


def takes_texts(graph: onnx.ModelProto) -> bool:
    """Return whether a graph's input is the numbers of words."""
    kind: int = graph.graph.input[0].type.tensor_type.elem_type
    return kind == TensorProto.INT32


def without_notes(model: onnx.ModelProto) -> onnx.ModelProto:
    """Return the model without the exporter's notes of source files and lines, which differ from place to place."""
    del model.metadata_props[:]
    del model.graph.metadata_props[:]
    for part in (*model.graph.node, *model.graph.value_info, *model.graph.input, *model.graph.output):
        del part.metadata_props[:]
    for weight in model.graph.initializer:
        del weight.metadata_props[:]
    return model
