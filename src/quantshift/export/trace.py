"""Trace the graph of one architecture (rule `graph`)."""

import copy
import json
import logging
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from quantshift.core.dataset_facts import facts_of
from quantshift.core.errors import QuantshiftError
from quantshift.core.signature import Feeding
from quantshift.export.folding import fold
from quantshift.export.graph import FOLDED, RECURRENT, WEIGHTS, fill, set_weights, without_metadata
from quantshift.export.signature import INPUT, OUTPUT
from quantshift.models.network import build
from quantshift.models.recurrent import is_recurrent
from quantshift.models.tensors import on_cpu
from quantshift.models.weights import weights_of
from quantshift.storage.checksums import ONNX
from quantshift.storage.files import atomic

# torch's exporter traces a recurrent layer word by word, and then writes one operator that accepts texts of any length.
# Only a few words are traced, since 200 would take a minute.
TRACED_STEPS = 4


def trace(*, dataset: str, architecture: str, options: dict[str, Any], feeding: Feeding, path: Path) -> None:
    """Write the graph that all models of an architecture on a data set share.

    Tracing takes most of the time of an export, and its result does not depend on the weights.

    Args:
        dataset: name of the data set.
        architecture: name of the architecture.
        options: its options.
        feeding: how the data set's stored inputs become model inputs.
        path: the ONNX file to write, with placeholder weights.
    """
    shape = facts_of(dataset).shape
    example = on_cpu(feeding)(np.zeros((2, *shape), dtype=feeding.stored)).contiguous()
    model = build(architecture, dataset, ("graph", dataset, architecture), options)
    with atomic(path) as temporary:
        onnx.save(trace_network(model, example), temporary)
        ONNX.append(temporary, path)


def trace_network(model: nn.Module, example: Tensor) -> onnx.ModelProto:
    """Return the graph of a model from torch's exporter, with each weight under its name in the model.

    Args:
        model: the model; it is put into evaluation mode.
        example: inputs [2 or more, ...]: a batch of one would be treated as a constant. Texts are int32 [n, words].
    """
    model.eval()
    recurrent = is_recurrent(model)
    # The exporter warns of deprecations in its own code and logs each missing optional operator.
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            model,
            (example[:, :TRACED_STEPS] if recurrent else example,),
            dynamo=True,
            verbose=False,
            # Constants are computed below, or when the graph is filled with weights.
            optimize=False,
            input_names=[INPUT],
            output_names=[OUTPUT],
            dynamic_shapes=({0: torch.export.Dim("batch")},),
        )
    assert program is not None
    graph = without_metadata(program.model_proto)
    shapes = {item.name: tuple(item.dims) for item in graph.graph.initializer}
    # Buffers that only training uses are not in the graph, and shared weights are in it once.
    weights = {name: value for name, value in weights_of(model).items() if shapes.get(name) == value.shape}
    folded = fold_in_advance(graph, weights, large=recurrent)
    properties = {FOLDED: folded is not None, RECURRENT: recurrent}
    return with_metadata(graph if folded is None else folded, list(weights), properties)


def fold_in_advance(
    graph: onnx.ModelProto, weights: Mapping[str, NDArray[Any]], *, large: bool
) -> onnx.ModelProto | None:
    """Return a graph with its constants computed, or None if these depend on the weights of a training.

    They depend on the weights if folding combines weights, such as those of a batch normalization and a convolution:
    setting other weights after folding would then give another graph than folding with these weights.

    Args:
        graph: the graph; it is not changed.
        weights: its weights, by name.
        large: whether large constants are computed as well.
    """
    others = {name: value + 1 for name, value in weights.items()}
    folded = fold(copy.deepcopy(graph), large=large)
    try:
        afterwards = set_weights(copy.deepcopy(folded), others)
    except QuantshiftError:
        return None
    before = fold(set_weights(copy.deepcopy(graph), others), large=large)
    same = without_metadata(before).SerializeToString() == without_metadata(afterwards).SerializeToString()
    return without_metadata(folded) if same else None


def with_metadata(graph: onnx.ModelProto, weights: list[str], properties: Mapping[str, bool]) -> onnx.ModelProto:
    """Return a graph with the metadata that `fill` needs: the names of its weights, and its true properties."""
    graph.metadata_props.add(key=WEIGHTS, value=json.dumps(weights))
    for name in (name for name, holds in properties.items() if holds):
        graph.metadata_props.add(key=name, value="")
    return graph


def write(model: nn.Module, example: Tensor, path: Path) -> None:
    """Write `model` as float32 ONNX with a batch dimension of any size.

    Args:
        model: the model; it is put into evaluation mode.
        example: inputs, as for `trace_network`.
        path: the ONNX file.
    """
    onnx.save(fill(trace_network(model, example), weights_of(model), tuple(example.shape[1:])), path)
