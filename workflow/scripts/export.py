"""Export one trained model to ONNX and check that its outputs equal torch's."""

from pathlib import Path

from quantshift.core.model_id import ModelId
from quantshift.core.signature import Feeding
from quantshift.export.export import export
from quantshift.jobs.arguments import parse_arguments
from quantshift.jobs.job import job

arguments = parse_arguments(
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
with job(arguments.log):
    export(
        graph=arguments.graph,
        weights=arguments.weights,
        torch_logits=arguments.torch_logits,
        record=arguments.record,
        inputs=arguments.inputs,
        feeding=arguments.feeding,
        parity_inputs=arguments.parity_inputs,
        parity_tolerance=arguments.parity_tolerance,
        model_id=arguments.id,
        model=arguments.model,
        model_record=arguments.model_record,
    )
