"""Write the decision on each model."""

from pathlib import Path

from quantshift.aggregation import decision
from quantshift.jobs.job import job

with job(snakemake.log[0]):
    decision.aggregate(
        Path(snakemake.input.evaluation),
        Path(snakemake.input.variants),
        snakemake.params.settings,
        snakemake.params.order,
        Path(snakemake.output[0]),
    )
