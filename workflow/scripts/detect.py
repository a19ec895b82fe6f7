"""Test all detectors on one quantized variant's disagreements with float32."""

from pathlib import Path

from quantshift.analysis.detectors import write_detections
from quantshift.jobs import job

with job(snakemake):
    wildcards = snakemake.wildcards
    write_detections(
        cell={
            "dataset": wildcards.dataset,
            "architecture": wildcards.architecture,
            "method": wildcards.method,
            "seed": int(wildcards.seed),
            "variant": wildcards.quantizer,
        },
        reference={Path(file).stem: file for file in snakemake.input.float32},
        variant={Path(file).stem: file for file in snakemake.input.variant},
        known=snakemake.input.truth,
        table=snakemake.output.table,
        draws=snakemake.output.draws,
    )
