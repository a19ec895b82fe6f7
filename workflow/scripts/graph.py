"""Trace the graph of one architecture."""

from pathlib import Path

from quantshift.export.trace import trace
from quantshift.jobs import job

with job(snakemake.log[0]):
    trace(
        dataset=snakemake.wildcards.dataset,
        architecture=snakemake.wildcards.architecture,
        options=snakemake.params.options,
        path=Path(snakemake.output[0]),
    )
