"""Export one trained model (rule `export`)."""

from pathlib import Path

import onnx

from quantshift.core.errors import QuantshiftError
from quantshift.core.model_id import ModelId
from quantshift.core.signature import TRAINED, Feeding, ModelRecord
from quantshift.core.training_record import NAME, Learned
from quantshift.export.graph import fill
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

# Inputs per batch of the comparison; larger batches of large pictures would not fit in memory.
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
    """Write a trained model as ONNX, check it against torch, and write its record with learned ranges by tensor.

    The training has stored torch's logits, so this does not need torch, whose import takes two seconds.

    Args:
        graph: the architecture's traced graph.
        weights: the trained weights.
        torch_logits: torch's logits of the first inputs (see `quantshift.training.outcome`).
        record: the training's record, with the learned ranges.
        inputs: stored real inputs for the comparison.
        feeding: how stored inputs become model inputs.
        parity_inputs: maximum number of inputs to compare; only inputs with logits of torch are compared.
        parity_tolerance: largest accepted difference of a logit (see `Parity.within`).
        model_id: the model's id.
        model: the ONNX file to write.
        model_record: the record of the model to write (`quantshift.core.signature.ModelRecord`).

    Raises:
        QuantshiftError: the exported model differs from torch by more than the tolerance; no file is written.
    """
    ranges = read_record(record, Learned, NAME)["ranges"]
    expected = read_array(torch_logits)[:parity_inputs]
    real = read_array(inputs)[: len(expected)]
    architecture, values = _read(graph), archives.read_all(weights)
    classes = architecture.graph.output[0].type.tensor_type.shape.dim[-1].dim_value
    signature = signature_of(feeding, real.shape[1:], classes)
    with atomic(model) as temporary:
        try:
            onnx.save(fill(architecture, values, real.shape[1:]), temporary)
        except QuantshiftError as error:
            raise QuantshiftError(f"{graph} and {weights} do not match: {error}") from error
        network = Network(temporary, signature)
        by_name = dict.fromkeys(network.names, real)
        network.expect(by_name, inputs)
        actual = network.predict(by_name, BATCH)
        if actual.shape != expected.shape:
            raise QuantshiftError(
                f"{torch_logits} has logits of shape {expected.shape}, but {model} returns {actual.shape}: "
                f"{remedy(torch_logits)}"
            )
        result = parity(expected, actual, task_of(signature["output"]))
        print(f"parity with torch on {result.inputs} inputs: {result}", flush=True)
        if not result.within(parity_tolerance):
            raise QuantshiftError(
                f"{model} differs from torch by {result.max_difference:.3g} in a logit, and the largest logit is "
                f"{result.largest_logit:.3g} (export.parity_tolerance is {parity_tolerance:g}; the answer is the same "
                f"for {result.argmax_equal:.2%} of {result.inputs} inputs): the export stops here, because an export "
                "error would be counted as a quantization error"
            )
        matched = match(onnx.load(temporary), ranges)
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
            parity=result.record(),
            ranges=matched,
        ),
    )


def _read(graph: Path) -> onnx.ModelProto:
    verify(graph)
    try:
        return onnx.load(graph)
    except Exception as error:  # protobuf's, which onnx does not export
        raise damaged(graph, "a traced graph", error) from error
