"""Export one trained model to ONNX, and show that it says the same as torch."""

from pathlib import Path

from quantshift.export.export import export
from quantshift.jobs import job

with job(snakemake.log[0]):
    export(
        graph=Path(snakemake.input.graph),
        weights=Path(snakemake.input.weights),
        torch_logits=Path(snakemake.input.torch_logits),
        record=Path(snakemake.input.record),
        inputs=Path(snakemake.input.inputs),
        parity_inputs=snakemake.params.parity_inputs,
        parity_tolerance=snakemake.params.parity_tolerance,
        model=Path(snakemake.output.model),
        parity_record=Path(snakemake.output.parity),
        ranges=Path(snakemake.output.ranges),
    )
