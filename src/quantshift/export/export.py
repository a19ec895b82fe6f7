"""Export one trained model: the work of the rule `export`."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import onnx
import torch

from quantshift.arrays import read_array
from quantshift.errors import QuantshiftError
from quantshift.export.graph import filled, weights_of
from quantshift.export.parity import parity
from quantshift.export.ranges import match
from quantshift.files import atomic, damaged, read_json, write_json
from quantshift.inference import predict, session
from quantshift.models.network import build
from quantshift.models.tensors import tensor
from quantshift.models.weights import restore

# Inputs that are compared at a time: a batch of large pictures would not fit into memory.
BATCH = 64


def export(
    *,
    dataset: str,
    architecture: str,
    options: dict[str, Any],
    graph: Path,
    weights: Path,
    record: Path,
    inputs: Path,
    parity_inputs: int,
    parity_tolerance: float,
    model: Path,
    parity_record: Path,
    ranges: Path,
) -> None:
    """Write a trained model as ONNX, show that it equals torch's, and name its learned ranges after its tensors.

    Args:
        dataset: name of the data set.
        architecture: name of the architecture.
        options: its options.
        graph: the architecture's traced graph.
        weights: the trained weights.
        record: the training's record, with the learned ranges.
        inputs: stored real inputs for the comparison.
        parity_inputs: number of them to compare on.
        parity_tolerance: largest difference of a logit that is accepted (see `Parity.within`).
        model: the ONNX file to write.
        parity_record: the comparison to write (JSON).
        ranges: the learned ranges by tensor to write (JSON); empty for a model without.

    Raises:
        QuantshiftError: the exported model differs from torch by more than the tolerance; no file is written.
    """
    net = build(architecture, dataset, ("export", dataset, architecture), options)
    restore(net, weights)
    real = read_array(inputs)[:parity_inputs]
    cpu = torch.device("cpu")
    with atomic(model) as temporary:
        onnx.save(filled(_read(graph), weights_of(net.eval()), real.shape[1:]), temporary)
        with torch.no_grad():
            parts = [net(tensor(real[start : start + BATCH], cpu)) for start in range(0, len(real), BATCH)]
        expected = torch.cat(parts).numpy()
        found = parity(expected, predict(session(temporary), real, BATCH))
        print(f"parity with torch on {found.inputs} inputs: {found}", flush=True)
        if not found.within(parity_tolerance):
            raise QuantshiftError(
                f"the exported {architecture} differs from torch by {found.max_difference:.3g} in a logit, where the "
                f"largest is {found.largest_logit:.3g} (export.parity_tolerance is {parity_tolerance:g}; top-1 equal "
                f"for {found.argmax_equal:.2%} of {found.inputs} inputs): an export error would be counted as a "
                "quantization error, so it stops here"
            )
        matched = match(onnx.load(temporary), read_json(record)["ranges"])
    write_json(parity_record, asdict(found))
    write_json(ranges, matched)


def _read(graph: Path) -> onnx.ModelProto:
    try:
        return onnx.load(graph)
    except Exception as error:  # protobuf's, which onnx does not export
        raise damaged(graph, "a traced graph", error) from error
