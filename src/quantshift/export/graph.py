"""Write a torch model as an ONNX file."""

import logging
import warnings
from pathlib import Path

import onnx
import onnxscript.optimizer
import torch
from torch import Tensor, nn

from quantshift.inference import INPUT, LOGITS

# torch's exporter follows a recurrent layer word by word, and then writes one operator that takes texts of any length:
# a few words are traced, since 200 take a minute.
TRACED_WORDS = 4
# Constants of up to as many elements are computed when the file is written, not at each run.
LARGEST_CONSTANT = 1 << 26


def write(model: nn.Module, example: Tensor, path: Path) -> None:
    """Write `model` as float32 ONNX with a batch dimension of any size.

    Args:
        model: the model; it is put into evaluation mode.
        example: inputs [2 or more, ...]: a batch of one would be taken for a constant. Texts are int32 [n, words].
        path: the ONNX file.
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
            input_names=[INPUT],
            output_names=[LOGITS],
            dynamic_shapes=({0: torch.export.Dim("batch")},),
        )
    assert program is not None
    written = stored_weights(program, example.shape[1]) if texts else program.model_proto
    onnx.save(without_traces(written), path)


def without_traces(model: onnx.ModelProto) -> onnx.ModelProto:
    """Return the model without the exporter's notes of source files and lines, which differ from place to place."""
    del model.metadata_props[:]
    del model.graph.metadata_props[:]
    for part in (*model.graph.node, *model.graph.value_info, *model.graph.input, *model.graph.output):
        del part.metadata_props[:]
    for weight in model.graph.initializer:
        del weight.metadata_props[:]
    return model


def stored_weights(program: torch.onnx.ONNXProgram, words: int) -> onnx.ModelProto:
    """Return a model of texts of `words` words whose recurrent weights are stored in the order of ONNX's gates.

    The exporter takes torch's weights apart and puts them together in another order at each run, where no quantizer
    finds them.
    """
    onnxscript.optimizer.optimize_ir(
        program.model, input_size_limit=LARGEST_CONSTANT, output_size_limit=LARGEST_CONSTANT
    )
    model = program.model_proto
    # Sizes of what is inside follow from the input's, which is as long as it was traced.
    del model.graph.value_info[:]
    model.graph.input[0].type.tensor_type.shape.dim[1].dim_value = words
    return onnx.shape_inference.infer_shapes(model, strict_mode=True)
