"""Fetch an artifact from the first of its origins that has it."""

from pathlib import Path

from quantshift.fetching.fetch import fetch
from quantshift.jobs.job import job

with job(snakemake.log[0]):
    fetch(
        snakemake.wildcards.artifact,
        snakemake.params.origins,
        Path(snakemake.params.data_directory).expanduser(),
        Path(snakemake.output[0]),
    )
