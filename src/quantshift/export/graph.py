"""Write a torch model as an ONNX file."""

import logging
import warnings
from pathlib import Path

import onnxscript  # noqa: F401 (the exporter builds the graph with it: its version belongs to the result's provenance)
import torch
from torch import Tensor, nn

from quantshift.inference import INPUT, LOGITS


def write(model: nn.Module, example: Tensor, path: Path) -> None:
    """Write `model` as float32 ONNX with a batch dimension of any size.

    Args:
        model: the model; it is put into evaluation mode.
        example: inputs [2 or more, ...]: a batch of one would be taken for a constant.
        path: the ONNX file.
    """
    model.eval()
    # The exporter warns of its own deprecations and notes each missing optional operator.
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model,
            (example,),
            path,
            dynamo=True,
            verbose=False,
            input_names=[INPUT],
            output_names=[LOGITS],
            dynamic_shapes=({0: torch.export.Dim("batch")},),
            external_data=False,
        )
