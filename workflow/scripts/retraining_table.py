"""Write the table `retraining`."""

from pathlib import Path

from quantshift.aggregation import retraining
from quantshift.jobs.job import job

with job(snakemake.log[0]):
    retraining.aggregate(
        [Path(file) for file in snakemake.input], Path(snakemake.output[0]), snakemake.params.quantizers
    )
