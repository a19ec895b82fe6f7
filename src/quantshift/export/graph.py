"""Write a torch model as an ONNX file: its graph is traced once, and filled with the weights of each training."""

import logging
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxscript.optimizer
import torch
from numpy.typing import NDArray
from onnx import TensorProto, numpy_helper
from torch import Tensor, nn

from quantshift.errors import QuantshiftError
from quantshift.inference import INPUT, LOGITS

# torch's exporter follows a recurrent layer word by word, and then writes one operator that takes texts of any length:
# a few words are traced, since 200 take a minute.
TRACED_WORDS = 4
# Constants of up to as many elements are computed when the file is written, not at each run.
LARGEST_CONSTANT = 1 << 26
# What batch normalization counts in training, and no graph has.
UNUSED = "num_batches_tracked"


def write(model: nn.Module, example: Tensor, path: Path) -> None:
    """Write `model` as float32 ONNX with a batch dimension of any size.

    Args:
        model: the model; it is put into evaluation mode.
        example: inputs [2 or more, ...]: a batch of one would be taken for a constant. Texts are int32 [n, words].
        path: the ONNX file.
    """
    onnx.save(filled(traced(model, example), weights_of(model), tuple(example.shape[1:])), path)


def traced(model: nn.Module, example: Tensor) -> onnx.ModelProto:
    """Return the graph of a model as torch's exporter writes it, each weight under its name in the model.

    Args:
        model: the model; it is put into evaluation mode.
        example: inputs, as for `write`.
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
            # Constants are computed when the weights are known.
            optimize=False,
            input_names=[INPUT],
            output_names=[LOGITS],
            dynamic_shapes=({0: torch.export.Dim("batch")},),
        )
    assert program is not None
    return without_traces(program.model_proto)


def weights_of(model: nn.Module) -> dict[str, NDArray[Any]]:
    """Return a model's weights and buffers by name."""
    return {name: np.ascontiguousarray(value.numpy(force=True)) for name, value in model.state_dict().items()}


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
    # Sizes of what is inside a graph of texts follow from the input's, which is as long as it was traced.
    texts = graph.graph.input[0].type.tensor_type.elem_type == TensorProto.INT32
    if not texts:
        return without_traces(onnxscript.optimizer.optimize(graph))
    made = onnxscript.optimizer.optimize(graph, input_size_limit=LARGEST_CONSTANT, output_size_limit=LARGEST_CONSTANT)
    del made.graph.value_info[:]
    made.graph.input[0].type.tensor_type.shape.dim[1].dim_value = shape[0]
    return without_traces(onnx.shape_inference.infer_shapes(made, strict_mode=True))


def without_traces(model: onnx.ModelProto) -> onnx.ModelProto:
    """Return the model without the exporter's notes of source files and lines, which differ from place to place."""
    del model.metadata_props[:]
    del model.graph.metadata_props[:]
    for part in (*model.graph.node, *model.graph.value_info, *model.graph.input, *model.graph.output):
        del part.metadata_props[:]
    for weight in model.graph.initializer:
        del weight.metadata_props[:]
    return model
