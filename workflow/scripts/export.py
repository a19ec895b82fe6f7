"""Export one trained model to ONNX, and show that it says the same as torch."""

from pathlib import Path

from quantshift.core.model_id import ModelId
from quantshift.core.signature import Feeding
from quantshift.export.export import export
from quantshift.jobs.arguments import arguments
from quantshift.jobs.job import job

given = arguments(
    __doc__,
    log=Path,
    graph=Path,
    weights=Path,
    torch_logits=Path,
    record=Path,
    inputs=Path,
    feeding=Feeding.parse,
    parity_inputs=int,
    parity_tolerance=float,
    id=ModelId.parse,
    model=Path,
    model_record=Path,
)
with job(given.log):
    export(
        graph=given.graph,
        weights=given.weights,
        torch_logits=given.torch_logits,
        record=given.record,
        inputs=given.inputs,
        feeding=given.feeding,
        parity_inputs=given.parity_inputs,
        parity_tolerance=given.parity_tolerance,
        model_id=given.id,
        model=given.model,
        model_record=given.model_record,
    )
