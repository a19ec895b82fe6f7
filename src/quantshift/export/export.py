"""Export one trained model: the work of the rule `export`."""

from pathlib import Path

import onnx

from quantshift.core.errors import QuantshiftError
from quantshift.core.model_id import ModelId
from quantshift.core.signature import TRAINED, Feeding, ModelRecord
from quantshift.core.training_record import NAME, Learned
from quantshift.export.graph import filled
from quantshift.export.parity import parity
from quantshift.export.ranges import match
from quantshift.export.signature import signature_of
from quantshift.runtime.network import Network
from quantshift.runtime.session import verify
from quantshift.storage import archives
from quantshift.storage.arrays import read_array
from quantshift.storage.checksums import ONNX
from quantshift.storage.files import atomic, damaged, remedy
from quantshift.storage.records import read_record, write_record
from quantshift.tasks.of_output import task_of

# Inputs that are compared at a time: a batch of large pictures would not fit into memory.
BATCH = 64


def export(
    *,
    graph: Path,
    weights: Path,
    torch_logits: Path,
    record: Path,
    inputs: Path,
    feeding: Feeding,
    parity_inputs: int,
    parity_tolerance: float,
    model_id: ModelId,
    model: Path,
    model_record: Path,
) -> None:
    """Write a trained model as ONNX, show that it equals torch's, and name its learned ranges after its tensors.

    Nothing here needs torch, whose import takes two seconds: the training has kept what torch answers.

    Args:
        graph: the architecture's traced graph.
        weights: the trained weights.
        torch_logits: what torch answers to the first of the inputs (see `quantshift.training.outcome`).
        record: the training's record, with the learned ranges.
        inputs: stored real inputs for the comparison.
        feeding: how these become what the model takes.
        parity_inputs: number of them to compare on, of those that torch has answered.
        parity_tolerance: largest difference of a logit that is accepted (see `Parity.within`).
        model_id: the model's id.
        model: the ONNX file to write.
        model_record: the record of the model to write (`quantshift.core.signature.ModelRecord`).

    Raises:
        QuantshiftError: the exported model differs from torch by more than the tolerance; no file is written.
    """
    learned = read_record(record, Learned, NAME)["ranges"]
    expected = read_array(torch_logits)[:parity_inputs]
    real = read_array(inputs)[: len(expected)]
    architecture, values = _read(graph), archives.read_all(weights)
    classes = architecture.graph.output[0].type.tensor_type.shape.dim[-1].dim_value
    signature = signature_of(feeding, real.shape[1:], classes)
    with atomic(model) as temporary:
        try:
            onnx.save(filled(architecture, values, real.shape[1:]), temporary)
        except QuantshiftError as error:
            raise QuantshiftError(f"{graph} and {weights} do not fit together: {error}") from error
        network = Network(temporary, signature)
        given = dict.fromkeys(network.names, real)
        network.expect(given, inputs)
        answered = network.predict(given, BATCH)
        if answered.shape != expected.shape:
            raise QuantshiftError(
                f"{torch_logits} has logits of the shape {expected.shape}, and {model} gives {answered.shape}: "
                f"{remedy(torch_logits)}"
            )
        found = parity(expected, answered, task_of(signature["output"]))
        print(f"parity with torch on {found.inputs} inputs: {found}", flush=True)
        if not found.within(parity_tolerance):
            raise QuantshiftError(
                f"{model} differs from torch by {found.max_difference:.3g} in a logit, where the "
                f"largest is {found.largest_logit:.3g} (export.parity_tolerance is {parity_tolerance:g}; the answer is "
                f"the same for {found.argmax_equal:.2%} of {found.inputs} inputs): an export error would be counted as "
                "a quantization error, so it stops here"
            )
        matched = match(onnx.load(temporary), learned)
        ONNX.append(temporary, model)
    write_record(
        model_record,
        ModelRecord(
            inputs=signature["inputs"],
            output=signature["output"],
            batch=signature["batch"],
            id=model_id.path,
            origin=TRAINED,
            facets=model_id._asdict(),
            parity=found.record(),
            ranges=matched,
        ),
    )


def _read(graph: Path) -> onnx.ModelProto:
    verify(graph)
    try:
        return onnx.load(graph)
    except Exception as error:  # protobuf's, which onnx does not export
        raise damaged(graph, "a traced graph", error) from error
