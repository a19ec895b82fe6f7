"""Trace the graph of one architecture: the work of the rule `graph`."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch

from quantshift import members
from quantshift.export import graph
from quantshift.files import atomic
from quantshift.models.network import build
from quantshift.models.tensors import tensor


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
        onnx.save(graph.traced(model, example), temporary)
