"""Describe one variant's file: its size, its coverage, its speed."""

from pathlib import Path

from quantshift.inspection.inspect import inspect
from quantshift.jobs import job

with job(snakemake):
    inspect(
        variant=Path(snakemake.input.variant),
        float32=Path(snakemake.input.float32),
        inputs=Path(snakemake.input.inputs),
        **snakemake.params.inference,
        record=Path(snakemake.output[0]),
    )
