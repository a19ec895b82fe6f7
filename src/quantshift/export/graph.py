"""Fill the traced ONNX graph of an architecture with the weights of a training, without torch."""

import json
from collections.abc import Mapping
from typing import Any

import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

from quantshift.core.errors import QuantshiftError

# Metadata keys of a traced graph: the names of its weights (JSON); present if its constants are already computed;
# present if the network is recurrent, so that it was traced for inputs of a few steps.
WEIGHTS, FOLDED, RECURRENT = "weights", "folded", "recurrent"


def fill(graph: onnx.ModelProto, weights: Mapping[str, NDArray[Any]], shape: tuple[int, ...]) -> onnx.ModelProto:
    """Return a traced graph with weights, and with its constants computed.

    torch's exporter splits the weights of recurrent layers and adds operators that join them in ONNX's order of gates
    at each run. Quantizers would not recognize these as weights, so they are computed here as well.

    Args:
        graph: the graph of a model of the same architecture (see `quantshift.export.trace`); it is changed.
        weights: the model's weights by name; weights that the model never uses are not in the graph.
        shape: the shape of one input.

    Raises:
        QuantshiftError: the graph belongs to a model with other weights.
    """
    metadata = {entry.key: entry.value for entry in graph.metadata_props}
    if WEIGHTS not in metadata:
        raise QuantshiftError("the graph does not list its weights: quantshift did not trace it")
    set_weights(graph, {name: weights.get(name) for name in json.loads(metadata[WEIGHTS])})
    recurrent = RECURRENT in metadata
    if FOLDED not in metadata:
        # Imported only if needed, since it takes a second; a LeNet's graph is already folded when it is traced.
        from quantshift.export.folding import fold

        graph = fold(graph, large=recurrent)
    if recurrent:
        # Replace the sizes of the traced steps.
        del graph.graph.value_info[:]
        graph.graph.input[0].type.tensor_type.shape.dim[1].dim_value = shape[0]
        graph = onnx.shape_inference.infer_shapes(graph, strict_mode=True)
    return without_metadata(graph)


def set_weights(graph: onnx.ModelProto, weights: Mapping[str, NDArray[Any] | None]) -> onnx.ModelProto:
    """Set the weights of a graph in place, and return it.

    Raises:
        QuantshiftError: the graph has no weight with such a name and shape.
    """
    initializers = {item.name: item for item in graph.graph.initializer}
    for name, value in weights.items():
        if value is None or name not in initializers or tuple(initializers[name].dims) != value.shape:
            actual = "no such weight" if value is None else f"one of shape {value.shape}"
            raise QuantshiftError(
                f"the traced graph has another weight {name} than the model, which has {actual}: it was traced from "
                "another network; delete results/graphs and repeat the run"
            )
        initializers[name].CopyFrom(numpy_helper.from_array(value, name))
    return graph


def without_metadata(model: onnx.ModelProto) -> onnx.ModelProto:
    """Return the model without the exporter's records of source files and lines, which depend on where they are."""
    del model.metadata_props[:]
    del model.graph.metadata_props[:]
    for part in (*model.graph.node, *model.graph.value_info, *model.graph.input, *model.graph.output):
        del part.metadata_props[:]
    for weight in model.graph.initializer:
        del weight.metadata_props[:]
    return model
