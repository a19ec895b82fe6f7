"""Trace the graph of one architecture: the work of the rule `graph`."""

import logging
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from torch import Tensor, nn

from quantshift import members
from quantshift.export.folding import fold
from quantshift.export.graph import filled, folds_weights, without_notes
from quantshift.files import atomic
from quantshift.inference import INPUT, LOGITS
from quantshift.models.network import build
from quantshift.models.tensors import tensor
from quantshift.models.weights import weights_of

# torch's exporter follows a recurrent layer word by word, and then writes one operator that takes texts of any length:
# a few words are traced, since 200 take a minute.
TRACED_WORDS = 4


def trace(*, dataset: str, architecture: str, options: dict[str, Any], path: Path) -> None:
    """Write the graph that all models of an architecture on a data set have in common.

    Tracing takes most of the time of an export, and the weights do not change what is traced.

    Args:
        dataset: name of the data set.
        architecture: name of the architecture.
        options: its options.
        path: the ONNX file to write, with weights that mean nothing.
    """
    about = members.constants(f"datasets/{dataset}")
    stored = np.int32 if about["INPUT"] == "text" else np.uint8
    example = tensor(np.zeros((2, *about["SHAPE"]), dtype=stored), torch.device("cpu")).contiguous()
    model = build(architecture, dataset, ("graph", dataset, architecture), options)
    with atomic(path) as temporary:
        onnx.save(traced(model, example), temporary)


def traced(model: nn.Module, example: Tensor) -> onnx.ModelProto:
    """Return the graph of a model as torch's exporter writes it, each weight under its name in the model.

    Args:
        model: the model; it is put into evaluation mode.
        example: inputs [2 or more, ...]: a batch of one would be taken for a constant. Texts are int32 [n, words].
    """
    model.eval()
    texts = not example.is_floating_point()
    # The exporter warns of its own deprecations and notes each missing optional operator.
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            model,
            (example[:, :TRACED_WORDS] if texts else example,),
            dynamo=True,
            verbose=False,
            # Below, or when the weights are known.
            optimize=False,
            input_names=[INPUT],
            output_names=[LOGITS],
            dynamic_shapes=({0: torch.export.Dim("batch")},),
        )
    assert program is not None
    graph = program.model_proto
    return without_notes(graph if folds_weights(graph) else fold(graph))


def write(model: nn.Module, example: Tensor, path: Path) -> None:
    """Write `model` as float32 ONNX with a batch dimension of any size.

    Args:
        model: the model; it is put into evaluation mode.
        example: inputs, as for `traced`.
        path: the ONNX file.
    """
    onnx.save(filled(traced(model, example), weights_of(model), tuple(example.shape[1:])), path)
