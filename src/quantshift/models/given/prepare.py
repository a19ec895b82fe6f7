"""Prepare a user's model for onnxruntime's quantizers, which treat many real files wrongly as they are.

Each step is one module of this folder. What the model computes does not change: `unchanged` shows it on data.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray
from onnx import ModelProto

from quantshift.models.given.biases import flatten_biases
from quantshift.models.given.constants import freeze, remove_from_inputs, to_defaults, to_initializers
from quantshift.models.given.ending import inlined
from quantshift.models.given.fold import OptimizerError, fold
from quantshift.models.given.graphs import graphs
from quantshift.models.given.half import to_float32
from quantshift.models.given.maps import Labels, number_labels, unzip
from quantshift.models.given.names import name_nodes
from quantshift.models.given.opset import raise_opset, state_opsets
from quantshift.models.given.quantized import refuse_quantized
from quantshift.models.given.read import Source
from quantshift.models.given.shared_weights import copy_shared


@dataclass(frozen=True)
class Prepared:
    """A model that onnxruntime's quantizers can treat.

    Attributes:
        file: the user's file, for messages.
        model: the float32 model.
        changes: what was changed, a sentence each; steps that every file gets are not listed.
        labels: the labels of the classes, by output.
        maps: the outputs that were maps from labels to probabilities.
        constants: the inputs that are the same for every call, and now part of the model.
        half: whether the user's file has half precision.
    """

    file: Path
    model: ModelProto
    changes: list[str]
    labels: Labels
    maps: frozenset[str]
    constants: Mapping[str, NDArray[Any]]
    half: bool


def prepare(source: Source, constants: Mapping[str, NDArray[Any]] | None = None) -> Prepared:
    """Return a prepared copy of a user's model.

    Args:
        source: the user's model, which is not changed.
        constants: inputs that are not split by sample, with the whole value that each call gets.

    Raises:
        QuantshiftError: the model is quantized already, has no such constant input, or cannot be prepared.
    """
    refuse_quantized(source.model, source.file)
    fixed = dict(constants or {})
    model = ModelProto()
    model.CopyFrom(source.model)
    model = inlined(model)
    changes: list[str] = []

    def note(count: int | str, sentence: str) -> None:
        if count:
            changes.append(sentence.format(count))

    zipped = unzip(model)
    note(len(zipped), "a map of labels to probabilities became a tensor")
    labels = {**number_labels(model), **zipped}
    freeze(model, fixed)
    note(", ".join(fixed), "inputs that are the same for every call became part of the model: {}")
    half = to_float32(model)
    note(half, "half precision was cast up to float32")
    remove_from_inputs(model)
    model, opset_change = raise_opset(model, source.file)
    changes += [opset_change] if opset_change else []
    to_initializers(model)
    try:
        folded = fold(model, source.file)
    except OptimizerError:
        if not fixed:
            raise
        # onnxruntime crashes on some nested branches whose conditions it can compute in advance.
        to_defaults(model, fixed)
        folded = fold(model, source.file)
    note(folded is None, "constants were not computed in advance, since onnxruntime's optimizer fails on the graph")
    model = model if folded is None else folded
    to_initializers(model)
    flatten_biases(model)
    note(copy_shared(model), "shared weights were copied, one copy for each use: {} new")
    _clean(model)
    return Prepared(source.file, model, changes, labels, frozenset(zipped), fixed, half)


def _clean(model: ModelProto) -> None:
    """Remove what quantizers trip over: recorded shapes, unused opsets, missing and repeated names of nodes."""
    for graph in graphs(model.graph):
        del graph.value_info[:]
        del graph.metadata_props[:]
        for node in graph.node:
            del node.metadata_props[:]
    del model.metadata_props[:]
    state_opsets(model)
    name_nodes(model)
