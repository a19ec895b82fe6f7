"""Write the table `variants`."""

from pathlib import Path

from quantshift.aggregation import variants
from quantshift.jobs.job import job

with job(snakemake.log[0]):
    variants.aggregate(
        [Path(file) for file in snakemake.input.inspections],
        [Path(file) for file in snakemake.input.records],
        [Path(file) for file in snakemake.input.trainings],
        [Path(file) for file in snakemake.input.weakest],
        Path(snakemake.output[0]),
    )
