"""The ONNX graph of an architecture: traced once, it is filled with the weights of each training, without torch."""

import json
from collections.abc import Mapping
from typing import Any

import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

from quantshift.core.errors import QuantshiftError

# The notes of a traced graph: the weights that it takes (JSON), whether its constants are computed already, and whether
# it is of a recurrent network, which is traced for inputs of a few steps.
WEIGHTS, FOLDED, RECURRENT = "weights", "folded", "recurrent"


def filled(graph: onnx.ModelProto, weights: Mapping[str, NDArray[Any]], shape: tuple[int, ...]) -> onnx.ModelProto:
    """Return a traced graph with these weights, what is constant computed.

    torch's exporter takes the weights of recurrent layers apart and puts them together in the order of ONNX's gates at
    each run, where no quantizer finds them: these, too, are computed here.

    Args:
        graph: the graph of a model of the same architecture (see `quantshift.export.trace`); it is changed.
        weights: the model's weights by name; the graph may take fewer, since a model may have some that it never uses.
        shape: the shape of one input.

    Raises:
        QuantshiftError: the graph is of a model with other weights.
    """
    notes = {note.key: note.value for note in graph.metadata_props}
    if WEIGHTS not in notes:
        raise QuantshiftError("the graph does not say which weights it takes: it was not traced here")
    placed(graph, {name: weights.get(name) for name in json.loads(notes[WEIGHTS])})
    recurrent = RECURRENT in notes
    if FOLDED not in notes:
        # Imported where it is needed: it takes a second, and a LeNet's graph was folded when it was traced.
        from quantshift.export.folding import fold

        graph = fold(graph, whole=recurrent)
    if recurrent:
        # The sizes inside the graph are those of the few steps.
        del graph.graph.value_info[:]
        graph.graph.input[0].type.tensor_type.shape.dim[1].dim_value = shape[0]
        graph = onnx.shape_inference.infer_shapes(graph, strict_mode=True)
    return without_notes(graph)


def placed(graph: onnx.ModelProto, weights: Mapping[str, NDArray[Any] | None]) -> onnx.ModelProto:
    """Put weights into a graph, in place, and return it.

    Raises:
        QuantshiftError: the graph has no weight of such a name and shape.
    """
    places = {item.name: item for item in graph.graph.initializer}
    for name, value in weights.items():
        if value is None or name not in places or tuple(places[name].dims) != value.shape:
            found = "none" if value is None else f"one of shape {value.shape}"
            raise QuantshiftError(
                f"the traced graph takes another weight {name} than the model, which has {found}: it was traced from "
                "another network; remove results/graphs and run snakemake again"
            )
        places[name].CopyFrom(numpy_helper.from_array(value, name))
    return graph


def without_notes(model: onnx.ModelProto) -> onnx.ModelProto:
    """Return the model without the exporter's notes of source files and lines, which differ from place to place."""
    del model.metadata_props[:]
    del model.graph.metadata_props[:]
    for part in (*model.graph.node, *model.graph.value_info, *model.graph.input, *model.graph.output):
        del part.metadata_props[:]
    for weight in model.graph.initializer:
        del weight.metadata_props[:]
    return model
