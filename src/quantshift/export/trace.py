"""Trace the graph of one architecture, for the rule `graph`."""

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

from quantshift.core import members
from quantshift.core.errors import QuantshiftError
from quantshift.core.signature import Feeding
from quantshift.export.folding import fold
from quantshift.export.graph import FOLDED, RECURRENT, WEIGHTS, filled, placed, without_notes
from quantshift.export.signature import INPUT, OUTPUT
from quantshift.models.network import build
from quantshift.models.recurrent import is_recurrent
from quantshift.models.tensors import on_cpu
from quantshift.models.weights import weights_of
from quantshift.storage.checksums import ONNX
from quantshift.storage.files import atomic

# torch's exporter follows a recurrent layer word by word, and then writes one operator that takes texts of any length:
# a few words are traced, since 200 take a minute.
TRACED_STEPS = 4


def trace(*, dataset: str, architecture: str, options: dict[str, Any], feeding: Feeding, path: Path) -> None:
    """Write the graph that all models of an architecture on a data set share.

    Tracing takes most of the time of an export, and the weights do not change what is traced.

    Args:
        dataset: name of the data set.
        architecture: name of the architecture.
        options: its options.
        feeding: how the data set's stored inputs become model inputs.
        path: the ONNX file to write, with placeholder weights.
    """
    about = members.constants(f"datasets/{dataset}")
    example = on_cpu(feeding)(np.zeros((2, *about["SHAPE"]), dtype=feeding.stored)).contiguous()
    model = build(architecture, dataset, ("graph", dataset, architecture), options)
    with atomic(path) as temporary:
        onnx.save(traced(model, example), temporary)
        ONNX.append(temporary, path)


def traced(model: nn.Module, example: Tensor) -> onnx.ModelProto:
    """Return the graph of a model as torch's exporter writes it, each weight under its name in the model.

    Args:
        model: the model; it is put into evaluation mode.
        example: inputs [2 or more, ...]: a batch of one would be treated as a constant. Texts are int32 [n, words].
    """
    model.eval()
    recurrent = is_recurrent(model)
    # The exporter warns of its own deprecations and notes each missing optional operator.
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            model,
            (example[:, :TRACED_STEPS] if recurrent else example,),
            dynamo=True,
            verbose=False,
            # Below, or when the weights are known.
            optimize=False,
            input_names=[INPUT],
            output_names=[OUTPUT],
            dynamic_shapes=({0: torch.export.Dim("batch")},),
        )
    assert program is not None
    graph = without_notes(program.model_proto)
    known = {item.name: tuple(item.dims) for item in graph.graph.initializer}
    # Buffers that only training uses are in no graph, and weights that are shared are there once.
    weights = {name: value for name, value in weights_of(model).items() if known.get(name) == value.shape}
    folded = folded_early(graph, weights, whole=recurrent)
    notes = {FOLDED: folded is not None, RECURRENT: recurrent}
    return noted(graph if folded is None else folded, list(weights), notes)


def folded_early(graph: onnx.ModelProto, weights: Mapping[str, NDArray[Any]], *, whole: bool) -> onnx.ModelProto | None:
    """Return a graph with its constants computed, or None where that has to wait for the weights of a training.

    It has to wait where weights are put together anew, as those of batch normalization are: then other weights do not
    give the same graph when they are put in afterwards.

    Args:
        graph: the graph; it is not changed.
        weights: the weights that it takes, by name.
        whole: whether large constants are computed as well.
    """
    others = {name: value + 1 for name, value in weights.items()}
    folded = fold(copy.deepcopy(graph), whole=whole)
    try:
        afterwards = placed(copy.deepcopy(folded), others)
    except QuantshiftError:
        return None
    before = fold(placed(copy.deepcopy(graph), others), whole=whole)
    same = without_notes(before).SerializeToString() == without_notes(afterwards).SerializeToString()
    return without_notes(folded) if same else None


def noted(graph: onnx.ModelProto, weights: list[str], notes: Mapping[str, bool]) -> onnx.ModelProto:
    """Note in a graph what `filled` has to know: which weights it takes, and what else is true of it."""
    graph.metadata_props.add(key=WEIGHTS, value=json.dumps(weights))
    for note in (note for note, holds in notes.items() if holds):
        graph.metadata_props.add(key=note, value="")
    return graph


def write(model: nn.Module, example: Tensor, path: Path) -> None:
    """Write `model` as float32 ONNX with a batch dimension of any size.

    Args:
        model: the model; it is put into evaluation mode.
        example: inputs, as for `traced`.
        path: the ONNX file.
    """
    onnx.save(filled(traced(model, example), weights_of(model), tuple(example.shape[1:])), path)
